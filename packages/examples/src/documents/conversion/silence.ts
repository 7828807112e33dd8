/**
 * Keeps a thread from printing.
 */

/**
 * Discards what this thread prints from now on.
 *
 * What a worker prints on its standard output goes to that of the process, where a stdio server has its frames. To
 * capture it instead (`new Worker(..., { stdout: true })`) would keep the process alive as long as the worker lives.
 */
export const silence = (): void => {
  const discard: typeof process.stdout.write = () => true
  process.stdout.write = discard
  process.stderr.write = discard
}
