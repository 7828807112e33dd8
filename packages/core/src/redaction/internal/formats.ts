/**
 * One kind of token, as its vendor makes it.
 *
 * `starts` are the letters it begins with, apart by spaces. `body` is what follows: a letter names an alphabet, the number after
 * it how many characters of it a whole token has, everything else stands for itself.
 *
 * | letter | alphabet |
 * |---|---|
 * | `d` | digits |
 * | `h` | hexadecimal digits |
 * | `a` | small letters and digits |
 * | `U` | capital letters and digits |
 * | `A` | letters and digits |
 * | `w` | letters, digits, `_` and `-` |
 * | `b` | base64 |
 * | `~` | letters, digits, `_`, `-`, `.` and `~` |
 * | `%` | base64, as a URL may write it |
 * | `/` | what a path in a URL is made of |
 *
 * `doubt` says what else has to be true, since words begin so too: `exact` that the length is just that, `random` that the body
 * looks made by chance.
 */
export type TokenFormat = readonly [starts: string, body: string, doubt?: "exact" | "random"]

/** A token that is known by letters in its middle: what stands before them, the letters, what stands after. */
export type Infix = readonly [before: string, letters: string, after: string]

/** Lengths are those of whole tokens; a token that lost its end is still one, see `tokens.ts`. */
export const formats: ReadonlyArray<TokenFormat> = [
  // models and what is around them
  ["sk-proj- sk-svcacct- sk-admin-", "w40"], // OpenAI
  ["sk-", "w24", "random"], // OpenAI, DeepSeek and others
  ["sk-ant-", "w40"], // Anthropic
  ["sk-or-v1-", "h64"], // OpenRouter
  ["sk-lf-", "h8-h4-h4-h4-h12"], // Langfuse
  ["gsk_", "A52"], // Groq
  ["xai-", "A80"], // xAI
  ["r8_", "A37"], // Replicate
  ["pplx-", "A48"], // Perplexity
  ["nvapi-", "w64"], // NVIDIA
  ["pcsk_", "w69"], // Pinecone
  ["lsv2_pt_ lsv2_sk_", "h32_h10"], // LangSmith
  ["ls__", "h32"], // LangSmith, legacy
  ["tvly- tvly-dev- tvly-prod-", "A32"], // Tavily
  ["sk_", "h48"], // ElevenLabs
  ["hf_ api_org_", "A34"], // Hugging Face
  ["csk-", "a48"], // Cerebras
  ["fw_", "A22", "random"], // Fireworks
  ["tgp_v1_", "w43"], // Together
  ["pa- al-", "w43", "random"], // Voyage
  ["fc-", "h32"], // Firecrawl
  ["jina_", "w60"], // Jina
  ["e2b_", "h40"], // E2B
  ["wandb_v1_", "w77"], // Weights & Biases
  ["apify_api_", "A36"], // Apify
  ["BSA", "w27", "random"], // Brave Search
  // clouds
  ["AKIA ASIA ABIA ACCA AROA AIDA", "U16", "exact"], // AWS access key id
  ["ABSK", "b109"], // AWS Bedrock
  ["FwoGZXIvYXdz IQoJb3JpZ2lu", "b60"], // AWS session token
  ["AIza", "w35"], // Google API key
  ["ya29.", "w60"], // Google access token
  ["GOCSPX-", "w28"], // Google client secret
  ["LTAI", "A20", "random"], // Alibaba access key id
  ["AKID", "A32", "random"], // Tencent secret id
  ["cfut_ cfat_ cfk_", "A40"], // Cloudflare
  ["v1.0-", "h24-h146"], // Cloudflare Origin CA
  ["dop_v1_ doo_v1_ dor_v1_", "h64"], // DigitalOcean
  ["HRKU-", "w36"], // Heroku
  ["fo1_ fm1r_ fm1a_", "w43"], // Fly
  ["fm2_", "b100"], // Fly macaroon
  ["vcp_ vci_ vca_ vcr_ vck_", "w56"], // Vercel
  ["vercel_blob_rw_", "A16_A30"], // Vercel Blob
  ["nfp_ nfc_ nfo_ nfb_ nfu_", "A36"], // Netlify
  ["rnd_", "A32"], // Render
  ["sbp_ sbp_v0_", "h40"], // Supabase
  ["sb_secret_", "w31"], // Supabase secret key
  ["pscale_tkn_ pscale_pw_ pscale_oauth_", "w43"], // PlanetScale
  ["napi_", "a64"], // Neon
  ["mdb_sa_sk_", "w40"], // MongoDB Atlas
  ["CCDB1_", "A22_A40"], // CockroachDB
  ["dapi", "h32"], // Databricks
  ["cflt", "b60"], // Confluent
  ["tskey-auth- tskey-api- tskey-client- tskey-scim- tskey-webhook-", "A12-A24"], // Tailscale
  ["AQVN", "w36"], // Yandex
  ["y0_", "w55"], // Yandex OAuth
  // code, packages, builds
  ["ghp_ gho_ ghu_ ghs_ ghr_", "A36"], // GitHub
  ["github_pat_", "A22_A59"], // GitHub, fine-grained
  ["glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glsoat- glimt- glagent- gloas- glffct- glwt-", "w20"], // GitLab
  ["glpat- glrt- gldt-", "w27.a2.a9"], // GitLab, routable
  ["GR1348941", "w20"], // GitLab runner registration
  ["ATBB", "A32"], // Bitbucket app password
  ["ATATT3 ATCTT3", "w180"], // Atlassian
  ["ATTA", "h64"], // Trello
  ["npm_", "A36"], // npm
  ["pypi-AgE", "w60"], // PyPI
  ["rubygems_", "h48"], // RubyGems
  ["oy2", "a43"], // NuGet
  ["cio", "A32", "random"], // crates.io
  ["dckr_pat_ dckr_oat_", "w27"], // Docker
  ["CLOJARS_", "a60"], // Clojars
  ["packagist_ack_ packagist_out_ packagist_uut_", "h60"], // Packagist
  ["AKCp", "A69"], // Artifactory
  ["cmVmdGtu", "A56"], // Artifactory reference token
  ["CCIPAT_ CCIPRJ_", "A22_h40"], // CircleCI
  ["bkua_ bkaa_ bkaj_ bkct_ bkrt_ bkpt_", "A40"], // Buildkite
  ["squ_ sqp_ sqa_", "h40"], // SonarQube
  ["sgp_", "A40"], // Sourcegraph
  ["pnu_", "A36"], // Prefect
  ["pul-", "h40"], // Pulumi
  ["ico-", "A32"], // Infracost
  ["tk-us-", "w48"], // Scalingo
  ["ddp_ ddo_", "A36"], // Deno Deploy
  ["rdme_", "a70"], // ReadMe
  ["PMAK-", "h24-h34"], // Postman
  ["perm-", "w44", "random"], // JetBrains
  ["sdk- api-", "h8-h4-h4-h4-h12"], // LaunchDarkly
  ["aio_", "A28"], // Adafruit IO
  ["p8e-", "a32"], // Adobe
  ["gto_ gta_", "A40"], // Codeberg and Gitea actions
  // secrets' keepers
  ["hvs. hvb. hvr.", "w24"], // Vault
  ["dp.pt. dp.ct. dp.sa. dp.scim. dp.audit.", "A43"], // Doppler
  ["dp.st.", "~43"], // Doppler service token
  ["ops_eyJ", "w200"], // 1Password service account
  ["A3-", "U6-U6-U5-U5-U5-U5"], // 1Password secret key
  ["AGE-SECRET-KEY-1", "U58"], // age
  ["st.", "h24.h32.h32"], // Infisical
  // what watches
  ["sntrys_ sntryu_ sntrya_ sntryi_", "w64"], // Sentry
  ["glsa_", "A32_h8"], // Grafana service account
  ["glc_", "b60"], // Grafana Cloud
  ["NRAK- NRAA- NRRA-", "U27"], // New Relic
  ["NRII- NRIQ- NRJS-", "w19"], // New Relic insights and browser
  ["dt0c01. dt0s01. dt0s02. dt0s16.", "U24.U64"], // Dynatrace
  ["hcaik_ hcxik_ hcamk_", "a58"], // Honeycomb
  ["xaat- xapt-", "h8-h4-h4-h4-h12"], // Axiom
  ["phx_ phs_", "A43"], // PostHog
  ["ddapp_ ddapi_", "A34"], // Datadog
  // payments
  ["sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_", "A24"], // Stripe
  ["whsec_", "b32"], // Stripe and Svix webhooks
  ["sq0atp- sq0csp- sq0idp- sq0cgp-", "w22"], // Square
  ["EAAA EAAC EAAM EAAB EAAG", "w60"], // Square and Facebook
  ["access-sandbox- access-development- access-production-", "h8-h4-h4-h4-h12"], // Plaid
  ["EZAK EZTK", "A54"], // EasyPost
  ["shippo_live_ shippo_test_", "h40"], // Shippo
  ["duffel_live_ duffel_test_", "w43"], // Duffel
  ["FLWSECK_TEST- FLWSECK-", "h32"], // Flutterwave
  ["live_ test_", "h35"], // Lob
  ["live_", "w40", "random"], // GoCardless
  ["rzp_live_ rzp_test_", "A14"], // Razorpay
  ["shpat_ shpca_ shppa_ shpss_ shpua_ shptka_", "h32"], // Shopify
  // mail and messages
  ["xoxa- xoxb- xoxc- xoxe- xoxe.xox xoxo- xoxp- xoxr- xoxs- xapp- xwfp-", "w24"], // Slack
  ["xoxd-", "%24"], // Slack cookie
  ["SG.", "w22.w43"], // SendGrid
  ["key-", "h32"], // Mailgun
  ["md-", "w22", "random"], // Mandrill
  ["xkeysib- xsmtpsib-", "h64-A16"], // Brevo
  ["re_", "A8_A24", "random"], // Resend
  ["SK AC", "h32"], // Twilio
  ["nyk_v0_", "A64"], // Nylas
  ["wvt-", "w40"], // LINE Notify and LINE
  // offices and shops
  ["pat-na1- pat-na2- pat-eu1- pat-ap1-", "h8-h4-h4-h4-h12"], // HubSpot
  ["pat", "A14.h64"], // Airtable
  ["figd_ figo_ figu_ figur_", "w40"], // Figma
  ["CFPAT-", "w43"], // Contentful
  ["ntn_", "A46"], // Notion
  ["secret_", "A43"], // Notion, legacy
  ["lin_api_ lin_oauth_ lin_wh_", "A40"], // Linear
  ["sl.", "w130"], // Dropbox
  ["tfp_", "w44"], // Typeform
  ["fio-u-", "w64"], // Frame.io
  ["pk_", "d8_U32"], // ClickUp
  ["sk.eyJ tk.eyJ", "w60.w20"], // Mapbox
  ["WPL_AP1.", "w16"], // LinkedIn
  ["AAAAAAAAAAAAAAAAAAAAA", "A60"], // Twitter bearer
  ["dnkey-", "w26-w52"], // Defined Networking
  ["wlu_ wlp_", "A40"], // Weblate
  ["dG9r", "w56"], // Intercom
  // keys and tokens without a vendor
  ["eyJ", "w30.w20.w43"], // JSON web token
  ["ZXlKaGJHY2lP ZXlKMGVYQWlP", "w40"], // JSON web token, in base64 once more
  ["xprv yprv zprv tprv", "A107"] // extended private key
]

/** Tokens without a telling start. */
export const infixes: ReadonlyArray<Infix> = [
  ["d8", ":AA", "w33"], // Telegram bot
  ["h32", "-us", "d1"], // Mailchimp
  ["w3d1", "Q~", "~31"], // Microsoft Entra client secret
  ["A76", "AZDO", "A4"], // Azure DevOps
  ["b76", "+ASt", "b8"], // Azure Storage
  ["A14", ".atlasv1.", "w60"], // Terraform Cloud
  ["", "1//0", "w40"], // Google refresh token
  ["", "access_token$", "a4$a16$h32"], // PayPal and Braintree
  ["w16", "T3BlbkFJ", "w20"], // OpenAI, legacy
  ["h36", "NRAL", ""], // New Relic ingest
  ["A15", "!A", "~80"], // Salesforce session
  ["", "hooks.slack.com/", "/20"], // Slack webhook
  ["", "/api/webhooks/", "d17/w60"], // Discord webhook
  ["", "webhook.office.com/", "/40"], // Teams webhook
  ["", "hooks.zapier.com/hooks/catch/", "/8"] // Zapier webhook
]
