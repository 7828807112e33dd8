/** What the benchmarks use of it: it comes without types. */
declare module "opossum" {
  export default class Opossum {
    constructor(
      operation: () => Promise<number>,
      options: { readonly timeout: false; readonly resetTimeout: number }
    )
    fire(): Promise<number>
    open(): void
  }
}
