/** Mistakes about the errors that tools declare. */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const find = Tool.make("find", {
  description: "Finds a user.",
  input: { id: Schema.String },
  output: { name: Schema.String },
  errors: [Errors.NotFound]
})
const send = Tool.make("send", { description: "Sends a letter." })
const Post = Toolkit.make("Post", [find, send])

const sending = () => Effect.void
const finding = () => Effect.succeed({ name: "Ada" })
const anything = Effect.succeed({ name: "Ada" }) as Effect.Effect<{ readonly name: string }, any>
const unknown = Effect.succeed({ name: "Ada" }) as Effect.Effect<{ readonly name: string }, unknown>

// mistake: an undeclared error | find does not declare Conflict
Tool.handle(find, () => Effect.fail(new Errors.Conflict({ resource: "User" })))

// mistake: an undeclared error of a handler that reads its input | find does not declare Conflict
Tool.handle(find, ({ id }) => Effect.fail(new Errors.Conflict({ resource: id })))

// mistake: an undeclared error, in a generator | find does not declare Conflict
Tool.handle(
  find,
  Effect.fnUntraced(function*() {
    if (Math.random() > 2) return yield* new Errors.Conflict({ resource: "User" })
    return { name: "Ada" }
  })
)

// mistake: two undeclared errors beside a declared one | These are no errors of find | Conflict | Timeout
Tool.handle(
  find,
  Effect.fnUntraced(function*({ id }) {
    if (id === "1") return yield* new Errors.NotFound({ resource: "User" })
    if (id === "2") return yield* new Errors.Conflict({ resource: "User" })
    if (id === "3") return yield* new Errors.Timeout({ operation: "Finding" })
    return { name: "Ada" }
  })
)

// mistake: an undeclared error where none is declared | send does not declare Conflict
Tool.handle(send, () => Effect.fail(new Errors.Conflict({ resource: "User" })))

// mistake: an error that nobody classified | is no ToolError | Error]
Tool.handle(find, () => Effect.fail(new Error("oops")))

// mistake: an error channel of any | `any`
Tool.handle(find, () => anything)

// mistake: an error channel of unknown | is no ToolError | unknown]
Tool.handle(find, () => unknown)

// mistake: six undeclared errors | These are no errors of send | Conflict | NotFound | Timeout | RateLimited | Unavailable | TooLarge
Tool.handle(
  send,
  Effect.fnUntraced(function*() {
    if (Math.random() > 1) return yield* new Errors.NotFound({ resource: "User" })
    if (Math.random() > 2) return yield* new Errors.Conflict({ resource: "User" })
    if (Math.random() > 3) return yield* new Errors.Timeout({ operation: "Finding" })
    if (Math.random() > 4) return yield* new Errors.RateLimited({ service: "Users" })
    if (Math.random() > 5) return yield* new Errors.Unavailable({ service: "Users" })
    return yield* new Errors.TooLarge({ resource: "User" })
  })
)

// mistake: what a classifier does not know | may fail with undefined
Tool.handle(find, () =>
  Effect.tryPromise({
    try: () => Promise.resolve({ name: "Ada" }),
    catch: Classifier.unknown({ service: "Users" })
  }))

// mistake: a value where no output is declared | declares no output
Tool.handle(send, () => Effect.succeed({ letter: 1 }))

// mistake: a value where no output is declared, in a generator | declares no output
Tool.handle(
  send,
  Effect.fnUntraced(function*() {
    yield* Effect.void
    return { letter: 1 }
  })
)

// mistake: an error that is yielded but not returned | may return nothing: write `return`
Tool.handle(
  find,
  Effect.fnUntraced(function*({ id }) {
    yield* new Errors.NotFound({ resource: "User", id })
  })
)

// mistake: a plain generator | returns a generator
Tool.handle(find, function*() {
  yield* Effect.void
  return { name: "Ada" }
})

// mistake: a plain value | returns a value that is no effect
Tool.handle(find, () => ({ name: "Ada" }))

// mistake: nothing | returns nothing
Tool.handle(send, () => {})

// mistake: another output | 'number' | 'string'
Tool.handle(find, () => Effect.succeed({ name: 1 }))

// mistake: a promise for an effect | returns a promise
Tool.handle(find, async () => ({ name: "Ada" }))

// mistake: an undeclared error in a toolkit | send does not declare Conflict
Toolkit.toLayer(Post, { find: finding, send: () => Effect.fail(new Errors.Conflict({ resource: "Letter" })) })

// mistake: an undeclared error in a toolkit, of a handler that reads its input | find does not declare Conflict
Toolkit.toLayer(Post, { find: ({ id }) => Effect.fail(new Errors.Conflict({ resource: id })), send: sending })

// mistake: two undeclared errors in a toolkit | These are no errors of find | Conflict | Timeout
Toolkit.toLayer(Post, {
  find: Effect.fnUntraced(function*({ id }) {
    if (id === "1") return yield* new Errors.NotFound({ resource: "User" })
    if (id === "2") return yield* new Errors.Conflict({ resource: "User" })
    if (id === "3") return yield* new Errors.Timeout({ operation: "Finding" })
    return { name: "Ada" }
  }),
  send: sending
})

// mistake: a value where no output is declared, in a toolkit | declares no output
Toolkit.toLayer(Post, { find: finding, send: () => Effect.succeed({ letter: 1 }) })

// mistake: undeclared errors in two handlers of a toolkit | does not declare
Toolkit.toLayer(Post, {
  find: () => Effect.fail(new Errors.Conflict({ resource: "User" })),
  send: () => Effect.fail(new Errors.Timeout({ operation: "Sending" }))
})

// mistake: an undeclared error in a toolkit whose handlers are built | send does not declare Conflict
Toolkit.toLayer(
  Post,
  Effect.succeed({ find: finding, send: () => Effect.fail(new Errors.Conflict({ resource: "Letter" })) })
)

// mistake: an error channel of any in a toolkit | handler of find | `any`
Toolkit.toLayer(Post, { find: () => anything, send: sending })

// mistake: another output in a toolkit | 'number' | 'string'
Toolkit.toLayer(Post, { find: () => Effect.succeed({ name: 1 }), send: sending })

// mistake: a promise in a toolkit | returns a promise
Toolkit.toLayer(Post, { find: async () => ({ name: "Ada" }), send: sending })

// mistake: an error that is yielded but not returned, in a toolkit | may return nothing
Toolkit.toLayer(Post, {
  find: Effect.fnUntraced(function*({ id }) {
    yield* new Errors.NotFound({ resource: "User", id })
  }),
  send: sending
})

// mistake: a plain value in a toolkit | returns a value that is no effect
Toolkit.toLayer(Post, { find: () => ({ name: "Ada" }), send: sending })

// mistake: a handler that is missing | Property 'send' is missing
Toolkit.toLayer(Post, { find: finding })

// mistake: a handler that is missing, where they are built | Property 'send' is missing
Toolkit.toLayer(Post, Effect.succeed({ find: finding }))

// mistake: a handler for a tool that is not in the toolkit | no tool sned
Toolkit.toLayer(Post, { find: finding, send: sending, sned: sending })

// mistake: an error channel of any in toHandler | `any`
toHandler(() => Effect.fail({} as any))

// mistake: an error that nobody classified, in toHandler | 'Error' | 'ToolError<
toHandler(() => Effect.fail(new Error("oops")))
