import type { Client, Recorder } from "./recorder.ts"
import type { Servers } from "./servers.ts"

/** grpc-js against a server of its own, for every code; and Connect's class. */
export const recordGrpc = async ({ fails, load, made }: Recorder, { refused }: Servers): Promise<void> => {
  const grpc = await load("@grpc/grpc-js")
  const plain = {
    requestSerialize: (value: string) => Buffer.from(value),
    requestDeserialize: String,
    responseSerialize: (value: string) => Buffer.from(value),
    responseDeserialize: String
  }
  const Service = grpc.makeGenericClientConstructor({
    fail: { path: "/s/fail", requestStream: false, responseStream: false, ...plain },
    absent: { path: "/s/absent", requestStream: false, responseStream: false, ...plain }
  }, "s")
  const server = new grpc.Server()
  server.addService({ fail: { path: "/s/fail", requestStream: false, responseStream: false, ...plain } }, {
    fail: ({ request }: Client, answer: Client) =>
      request === "slow"
        ? undefined
        : request === "big"
        ? answer(null, "x".repeat(100_000))
        : answer({ code: Number(request), details: `it says ${request}` })
  })
  const port: number = await new Promise((resolve, reject) =>
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (failure: unknown, port: number) => failure ? reject(failure as Error) : resolve(port)
    )
  )
  const client = new Service(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": 1000
  })
  const call = (method: string, request: string, on: Client = client) =>
    new Promise((resolve, reject) =>
      on[method](
        request,
        { deadline: Date.now() + (request === "slow" ? 100 : 5000) },
        (failure: unknown, value: unknown) => failure ? reject(failure as Error) : resolve(value)
      )
    )
  for (let code = 1; code <= 16; code++) await fails(`grpc: ${code}`, () => call("fail", String(code)))
  await fails("grpc: slow", () => call("fail", "slow"))
  await fails("grpc: a message that is too large", () => call("fail", "big"))
  await fails("grpc: no such method", () => call("absent", "x"))
  await fails(
    "grpc: refused",
    () => call("fail", "1", new Service(refused.replace("http://", ""), grpc.credentials.createInsecure()))
  )
  client.close()
  server.forceShutdown()
  const { Code, ConnectError } = await load("@connectrpc/connect")
  made("connect: NotFound", new ConnectError("no", Code.NotFound))
  made("connect: Unavailable", new ConnectError("no", Code.Unavailable))
}
