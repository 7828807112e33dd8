/** The loggers that `Log` made: they redact by themselves, and write where they were told to. */
export const ourLoggers = new WeakSet<object>()
