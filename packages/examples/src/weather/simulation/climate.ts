/**
 * Makes up plausible weather for a few cities, the same for the same day.
 */
import type { Alerts, Current, Forecast } from "../reports.ts"

interface City {
  readonly name: string
  readonly country: string
  readonly conditions: ReadonlyArray<string>
  readonly temperature: number
  readonly humidity: number
  readonly wind: readonly [kph: number, direction: string]
  readonly alert?: readonly [event: string, severity: Alerts["alerts"][number]["severity"], headline: string]
}

const cities: ReadonlyArray<City> = [
  {
    name: "Berlin",
    country: "DE",
    conditions: ["Overcast", "Light rain", "Cloudy"],
    temperature: 8,
    humidity: 81,
    wind: [19, "WSW"]
  },
  {
    name: "London",
    country: "GB",
    conditions: ["Drizzle", "Overcast", "Light rain"],
    temperature: 11,
    humidity: 88,
    wind: [24, "SW"],
    alert: ["Wind", "moderate", "Gusts of 75 km/h are expected along the Thames"]
  },
  {
    name: "Nairobi",
    country: "KE",
    conditions: ["Partly cloudy", "Sunny"],
    temperature: 24,
    humidity: 55,
    wind: [14, "NE"]
  },
  {
    name: "New York",
    country: "US",
    conditions: ["Clear", "Sunny", "Cloudy"],
    temperature: 13,
    humidity: 52,
    wind: [16, "NW"]
  },
  {
    name: "Paris",
    country: "FR",
    conditions: ["Cloudy", "Fog", "Partly cloudy"],
    temperature: 12,
    humidity: 76,
    wind: [11, "S"]
  },
  {
    name: "Reykjavík",
    country: "IS",
    conditions: ["Sleet", "Light snow"],
    temperature: 1,
    humidity: 84,
    wind: [43, "ENE"]
  },
  {
    name: "São Paulo",
    country: "BR",
    conditions: ["Thunderstorm", "Humid", "Showers"],
    temperature: 27,
    humidity: 79,
    wind: [9, "SE"]
  },
  {
    name: "Tokyo",
    country: "JP",
    conditions: ["Sunny", "Clear"],
    temperature: 17,
    humidity: 60,
    wind: [13, "N"],
    alert: ["Dry air", "minor", "Careful with open fire"]
  }
]

const plain = (name: string): string => name.normalize("NFD").replaceAll(/\p{Mark}/gu, "").trim().toLowerCase()

/** The names of the cities. */
export const cityNames: ReadonlyArray<string> = cities.map((city) => city.name)

/** What the service knows of a place at a time (milliseconds since 1970); nothing of a place it does not know. */
export const at = (location: string, now: number): Report | undefined => {
  const city = cities.find(({ name }) => plain(name) === plain(location))
  return city === undefined ? undefined : report(city, now)
}

/** All there is to say about a place. */
export interface Report {
  readonly current: Current
  readonly forecast: Forecast
  readonly alerts: Alerts
}

const hour = 3_600_000
const day = 24 * hour

const report = (city: City, now: number): Report => {
  const today = Math.floor(now / day)
  const swing = (offset: number): number => ((today + offset) * 7 + city.name.length * 3) % 5 - 2
  const conditions = (offset: number): string => city.conditions[(today + offset) % city.conditions.length]!
  const [wind_kph, wind_direction] = city.wind
  const time = (millis: number): string => new Date(millis).toISOString()
  return {
    current: {
      location: city.name,
      country: city.country,
      observed_at: time(now - now % (hour / 4)),
      conditions: conditions(0),
      temperature_c: city.temperature + swing(0),
      feels_like_c: city.temperature + swing(0) - Math.round(wind_kph / 12),
      humidity_percent: city.humidity,
      wind_kph,
      wind_direction
    },
    forecast: {
      location: city.name,
      days: [1, 2, 3, 4, 5].map((offset) => ({
        date: time((today + offset) * day).slice(0, 10),
        conditions: conditions(offset),
        high_c: city.temperature + swing(offset) + 3,
        low_c: city.temperature + swing(offset) - 4,
        precipitation_percent: (city.humidity + offset * 11) % 100
      }))
    },
    alerts: {
      location: city.name,
      alerts: city.alert === undefined ? [] : [{
        id: `${city.country}-${today}`,
        event: city.alert[0],
        severity: city.alert[1],
        headline: city.alert[2],
        effective: time(today * day),
        expires: time((today + 1) * day)
      }]
    }
  }
}
