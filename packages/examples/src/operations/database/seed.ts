/**
 * Lists what a new database begins with: the people, the stock and the projects of a small press.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"

/** The users; balances in cents. */
export const users: NonEmptyReadonlyArray<
  { readonly user_id: string; readonly name: string; readonly balance: number }
> = [
  { user_id: "1", name: "Aldus Manutius", balance: 100_000 },
  { user_id: "2", name: "Beatrice Warde", balance: 25_050 },
  { user_id: "3", name: "Claude Garamond", balance: 0 },
  { user_id: "12", name: "Elizabeth Yates", balance: 1_000_000 },
  { user_id: "123", name: "Ottmar Mergenthaler", balance: 500_000 }
]

/** The stock. */
export const items: NonEmptyReadonlyArray<{ readonly id: string; readonly name: string }> = [
  { id: "INK-BLACK", name: "Black ink, 1 kg" },
  { id: "INK-RED", name: "Red ink, 1 kg" },
  { id: "PAPER-LAID", name: "Laid paper, a ream" },
  { id: "PAPER-WOVE", name: "Wove paper, a ream" },
  { id: "TYPE-12PT", name: "A fount of type, 12 pt" },
  { id: "COMPOSING-STICK", name: "A composing stick" }
]

/** The projects. */
export const projects: NonEmptyReadonlyArray<string> = ["almanac", "atlas", "herbal", "psalter"]

/** The applications with their versions, the newest first. */
export const applications: NonEmptyReadonlyArray<
  { readonly app_name: string; readonly versions: ReadonlyArray<string> }
> = [
  { app_name: "proof-reader", versions: ["1.4.2", "1.4.1", "1.3.0"] },
  { app_name: "typesetter", versions: ["3.0.0", "2.9.5"] },
  { app_name: "web-shop", versions: ["2.1.0", "2.0.1", "2.0.0"] }
]
