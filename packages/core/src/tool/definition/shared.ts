/**
 * Lists what every tool takes, durable or not.
 *
 * @category models
 * @since 0.1.0
 */
export interface SharedOptions {
  /** Tells a model what the tool does, and when to call it. */
  readonly description: string
  /** Refuses arguments that the input does not declare, or ignores them. Default what the server says, else `"refuse"`. */
  readonly unknownArguments?: "refuse" | "ignore" | undefined
  /** Takes arguments that do not decode as they were probably meant. Default what the server says, else `true`. */
  readonly repair?: boolean | undefined
  /** Says that the tool may destroy something. MCP's default for tools that are not read-only: yes. */
  readonly isDestructive?: boolean | undefined
  /** Says that the tool reaches things beyond the server's own. MCP's default: yes. */
  readonly isOpenWorld?: boolean | undefined
}
