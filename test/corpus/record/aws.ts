import type { Recorder } from "./recorder.ts"
import type { Servers } from "./servers.ts"

/** AWS' clients, against a server that answers as theirs do. */
export const recordAws = async ({ fails, load }: Recorder, { refused, scripted, silent }: Servers): Promise<void> => {
  const { DynamoDBClient, GetItemCommand } = await load("@aws-sdk/client-dynamodb")
  const { GetObjectCommand, S3Client } = await load("@aws-sdk/client-s3")
  const { SQSClient, SendMessageCommand } = await load("@aws-sdk/client-sqs")
  const settings = {
    region: "eu-central-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    maxAttempts: 1
  }
  const dynamo = (endpoint: string, more = {}) =>
    new DynamoDBClient({ ...settings, endpoint, ...more }).send(
      new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } })
    )
  const names: Readonly<Record<string, number>> = {
    ThrottlingException: 400,
    ProvisionedThroughputExceededException: 400,
    RequestLimitExceeded: 400,
    ConditionalCheckFailedException: 400,
    TransactionConflictException: 400,
    ResourceNotFoundException: 400,
    ResourceInUseException: 400,
    ValidationException: 400,
    AccessDeniedException: 400,
    UnrecognizedClientException: 400,
    ExpiredTokenException: 400,
    InternalServerError: 500,
    ServiceUnavailable: 503,
    SomethingNew: 400
  }
  for (const [name, status] of Object.entries(names)) {
    scripted.play({
      status,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "r1" },
      body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "no" }
    })
    await fails(`aws: ${name}`, () => dynamo(scripted.base))
  }
  for (
    const [id, code] of Object.entries({ "a condition": "ConditionalCheckFailed", "a conflict": "TransactionConflict" })
  ) {
    scripted.play({
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: {
        __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        message: "no",
        CancellationReasons: [{ Code: "None" }, { Code: code }]
      }
    })
    await fails(`aws: a transaction cancelled for ${id}`, () => dynamo(scripted.base))
  }
  const s3 = (endpoint: string) =>
    new S3Client({ ...settings, endpoint, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: "b", Key: "k" }))
  for (
    const [code, status] of Object.entries({
      NoSuchKey: 404,
      NoSuchBucket: 404,
      AccessDenied: 403,
      SlowDown: 503,
      RequestTimeout: 400,
      PreconditionFailed: 412,
      InvalidObjectState: 403,
      SignatureDoesNotMatch: 403
    })
  ) {
    scripted.play({
      status,
      headers: { "content-type": "application/xml" },
      body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`
    })
    await fails(`s3: ${code}`, () => s3(scripted.base))
  }
  scripted.play({
    status: 400,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"
    },
    body: { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "no" }
  })
  await fails(
    "sqs: QueueDoesNotExist",
    () =>
      new SQSClient({ ...settings, endpoint: scripted.base }).send(
        new SendMessageCommand({ QueueUrl: `${scripted.base}/q`, MessageBody: "x" })
      )
  )
  await fails("aws: refused", () => dynamo(refused))
  await fails(
    "aws: timeout",
    () => dynamo(silent, { requestHandler: { requestTimeout: 150, throwOnRequestTimeout: true } })
  )
  await fails(
    "aws: no credentials",
    () =>
      dynamo(refused, {
        credentials: () =>
          Promise.reject(
            Object.assign(new Error("Could not load credentials from any providers"), {
              name: "CredentialsProviderError"
            })
          )
      })
  )
}
