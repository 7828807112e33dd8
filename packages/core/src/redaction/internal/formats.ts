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
export type TokenFormat = readonly [vendor: string, starts: string, body: string, doubt?: "exact" | "random"]

/** A token that is known by letters in its middle: what stands before them, the letters, what stands after. */
export type Infix = readonly [vendor: string, before: string, letters: string, after: string]

/** Lengths are those of whole tokens; a token that lost its end is still one, see `tokens.ts`. */
export const formats: ReadonlyArray<TokenFormat> = [
  // models and what is around them
  ["OpenAI", "sk-proj- sk-svcacct- sk-admin-", "w40"],
  ["OpenAI, DeepSeek and others", "sk-", "w24", "random"],
  ["Anthropic", "sk-ant-", "w40"],
  ["OpenRouter", "sk-or-v1-", "h64"],
  ["Langfuse", "sk-lf-", "h8-h4-h4-h4-h12"],
  ["Groq", "gsk_", "A52"],
  ["xAI", "xai-", "A80"],
  ["Replicate", "r8_", "A37"],
  ["Perplexity", "pplx-", "A48"],
  ["NVIDIA", "nvapi-", "w64"],
  ["Pinecone", "pcsk_", "w69"],
  ["LangSmith", "lsv2_pt_ lsv2_sk_", "h32_h10"],
  ["LangSmith, legacy", "ls__", "h32"],
  ["Tavily", "tvly- tvly-dev- tvly-prod-", "A32"],
  ["ElevenLabs", "sk_", "h48"],
  ["Hugging Face", "hf_ api_org_", "A34"],
  ["Cerebras", "csk-", "a48"],
  ["Fireworks", "fw_", "A22", "random"],
  ["Together", "tgp_v1_", "w43"],
  ["Voyage", "pa- al-", "w43", "random"],
  ["Firecrawl", "fc-", "h32"],
  ["Jina", "jina_", "w60"],
  ["E2B", "e2b_", "h40"],
  ["Weights & Biases", "wandb_v1_", "w77"],
  ["Apify", "apify_api_", "A36"],
  ["Brave Search", "BSA", "w27", "random"],
  // clouds
  ["AWS access key id", "AKIA ASIA ABIA ACCA AROA AIDA", "U16", "exact"],
  ["AWS Bedrock", "ABSK", "b109"],
  ["AWS session token", "FwoGZXIvYXdz IQoJb3JpZ2lu", "b60"],
  ["Google API key", "AIza", "w35"],
  ["Google access token", "ya29.", "w60"],
  ["Google client secret", "GOCSPX-", "w28"],
  ["Alibaba access key id", "LTAI", "A20", "random"],
  ["Tencent secret id", "AKID", "A32", "random"],
  ["Cloudflare", "cfut_ cfat_ cfk_", "A40"],
  ["Cloudflare Origin CA", "v1.0-", "h24-h146"],
  ["DigitalOcean", "dop_v1_ doo_v1_ dor_v1_", "h64"],
  ["Heroku", "HRKU-", "w36"],
  ["Fly", "fo1_ fm1r_ fm1a_", "w43"],
  ["Fly macaroon", "fm2_", "b100"],
  ["Vercel", "vcp_ vci_ vca_ vcr_ vck_", "w56"],
  ["Vercel Blob", "vercel_blob_rw_", "A16_A30"],
  ["Netlify", "nfp_ nfc_ nfo_ nfb_ nfu_", "A36"],
  ["Render", "rnd_", "A32"],
  ["Supabase", "sbp_ sbp_v0_", "h40"],
  ["Supabase secret key", "sb_secret_", "w31"],
  ["PlanetScale", "pscale_tkn_ pscale_pw_ pscale_oauth_", "w43"],
  ["Neon", "napi_", "a64"],
  ["MongoDB Atlas", "mdb_sa_sk_", "w40"],
  ["CockroachDB", "CCDB1_", "A22_A40"],
  ["Databricks", "dapi", "h32"],
  ["Confluent", "cflt", "b60"],
  ["Tailscale", "tskey-auth- tskey-api- tskey-client- tskey-scim- tskey-webhook-", "A12-A24"],
  ["Yandex", "AQVN", "w36"],
  ["Yandex OAuth", "y0_", "w55"],
  // code, packages, builds
  ["GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", "A36"],
  ["GitHub, fine-grained", "github_pat_", "A22_A59"],
  ["GitLab", "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glsoat- glimt- glagent- gloas- glffct- glwt-", "w20"],
  ["GitLab, routable", "glpat- glrt- gldt-", "w27.a2.a9"],
  ["GitLab runner registration", "GR1348941", "w20"],
  ["Bitbucket app password", "ATBB", "A32"],
  ["Atlassian", "ATATT3 ATCTT3", "w180"],
  ["Trello", "ATTA", "h64"],
  ["npm", "npm_", "A36"],
  ["PyPI", "pypi-AgE", "w60"],
  ["RubyGems", "rubygems_", "h48"],
  ["NuGet", "oy2", "a43"],
  ["crates.io", "cio", "A32", "random"],
  ["Docker", "dckr_pat_ dckr_oat_", "w27"],
  ["Clojars", "CLOJARS_", "a60"],
  ["Packagist", "packagist_ack_ packagist_out_ packagist_uut_", "h60"],
  ["Artifactory", "AKCp", "A69"],
  ["Artifactory reference token", "cmVmdGtu", "A56"],
  ["CircleCI", "CCIPAT_ CCIPRJ_", "A22_h40"],
  ["Buildkite", "bkua_ bkaa_ bkaj_ bkct_ bkrt_ bkpt_", "A40"],
  ["SonarQube", "squ_ sqp_ sqa_", "h40"],
  ["Sourcegraph", "sgp_", "A40"],
  ["Prefect", "pnu_", "A36"],
  ["Pulumi", "pul-", "h40"],
  ["Infracost", "ico-", "A32"],
  ["Scalingo", "tk-us-", "w48"],
  ["Deno Deploy", "ddp_ ddo_", "A36"],
  ["ReadMe", "rdme_", "a70"],
  ["Postman", "PMAK-", "h24-h34"],
  ["JetBrains", "perm-", "w44", "random"],
  ["LaunchDarkly", "sdk- api-", "h8-h4-h4-h4-h12"],
  ["Adafruit IO", "aio_", "A28"],
  ["Adobe", "p8e-", "a32"],
  ["Codeberg and Gitea actions", "gto_ gta_", "A40"],
  // secrets' keepers
  ["Vault", "hvs. hvb. hvr.", "w24"],
  ["Doppler", "dp.pt. dp.ct. dp.sa. dp.scim. dp.audit.", "A43"],
  ["Doppler service token", "dp.st.", "~43"],
  ["1Password service account", "ops_eyJ", "w200"],
  ["1Password secret key", "A3-", "U6-U6-U5-U5-U5-U5"],
  ["age", "AGE-SECRET-KEY-1", "U58"],
  ["Infisical", "st.", "h24.h32.h32"],
  // what watches
  ["Sentry", "sntrys_ sntryu_ sntrya_ sntryi_", "w64"],
  ["Grafana service account", "glsa_", "A32_h8"],
  ["Grafana Cloud", "glc_", "b60"],
  ["New Relic", "NRAK- NRAA- NRRA-", "U27"],
  ["New Relic insights and browser", "NRII- NRIQ- NRJS-", "w19"],
  ["Dynatrace", "dt0c01. dt0s01. dt0s02. dt0s16.", "U24.U64"],
  ["Honeycomb", "hcaik_ hcxik_ hcamk_", "a58"],
  ["Axiom", "xaat- xapt-", "h8-h4-h4-h4-h12"],
  ["PostHog", "phx_ phs_", "A43"],
  ["Datadog", "ddapp_ ddapi_", "A34"],
  // payments
  ["Stripe", "sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_", "A24"],
  ["Stripe and Svix webhooks", "whsec_", "b32"],
  ["Square", "sq0atp- sq0csp- sq0idp- sq0cgp-", "w22"],
  ["Square and Facebook", "EAAA EAAC EAAM EAAB EAAG", "w60"],
  ["Plaid", "access-sandbox- access-development- access-production-", "h8-h4-h4-h4-h12"],
  ["EasyPost", "EZAK EZTK", "A54"],
  ["Shippo", "shippo_live_ shippo_test_", "h40"],
  ["Duffel", "duffel_live_ duffel_test_", "w43"],
  ["Flutterwave", "FLWSECK_TEST- FLWSECK-", "h32"],
  ["Lob", "live_ test_", "h35"],
  ["GoCardless", "live_", "w40", "random"],
  ["Razorpay", "rzp_live_ rzp_test_", "A14"],
  ["Shopify", "shpat_ shpca_ shppa_ shpss_ shpua_ shptka_", "h32"],
  // mail and messages
  ["Slack", "xoxa- xoxb- xoxc- xoxe- xoxe.xox xoxo- xoxp- xoxr- xoxs- xapp- xwfp-", "w24"],
  ["Slack cookie", "xoxd-", "%24"],
  ["SendGrid", "SG.", "w22.w43"],
  ["Mailgun", "key-", "h32"],
  ["Mandrill", "md-", "w22", "random"],
  ["Brevo", "xkeysib- xsmtpsib-", "h64-A16"],
  ["Resend", "re_", "A8_A24", "random"],
  ["Twilio", "SK AC", "h32"],
  ["Nylas", "nyk_v0_", "A64"],
  ["LINE Notify and LINE", "wvt-", "w40"],
  // offices and shops
  ["HubSpot", "pat-na1- pat-na2- pat-eu1- pat-ap1-", "h8-h4-h4-h4-h12"],
  ["Airtable", "pat", "A14.h64"],
  ["Figma", "figd_ figo_ figu_ figur_", "w40"],
  ["Contentful", "CFPAT-", "w43"],
  ["Notion", "ntn_", "A46"],
  ["Notion, legacy", "secret_", "A43"],
  ["Linear", "lin_api_ lin_oauth_ lin_wh_", "A40"],
  ["Dropbox", "sl.", "w130"],
  ["Typeform", "tfp_", "w44"],
  ["Frame.io", "fio-u-", "w64"],
  ["ClickUp", "pk_", "d8_U32"],
  ["Mapbox", "sk.eyJ tk.eyJ", "w60.w20"],
  ["LinkedIn", "WPL_AP1.", "w16"],
  ["Twitter bearer", "AAAAAAAAAAAAAAAAAAAAA", "A60"],
  ["Defined Networking", "dnkey-", "w26-w52"],
  ["Weblate", "wlu_ wlp_", "A40"],
  ["Intercom", "dG9r", "w56"],
  // keys and tokens without a vendor
  ["JSON web token", "eyJ", "w30.w20.w43"],
  ["JSON web token, in base64 once more", "ZXlKaGJHY2lP ZXlKMGVYQWlP", "w40"],
  ["extended private key", "xprv yprv zprv tprv", "A107"]
]

/** Tokens without a telling start. */
export const infixes: ReadonlyArray<Infix> = [
  ["Telegram bot", "d8", ":AA", "w33"],
  ["Mailchimp", "h32", "-us", "d1"],
  ["Microsoft Entra client secret", "w3d1", "Q~", "~31"],
  ["Azure DevOps", "A76", "AZDO", "A4"],
  ["Azure Storage", "b76", "+ASt", "b8"],
  ["Terraform Cloud", "A14", ".atlasv1.", "w60"],
  ["Google refresh token", "", "1//0", "w40"],
  ["PayPal and Braintree", "", "access_token$", "a4$a16$h32"],
  ["OpenAI, legacy", "w16", "T3BlbkFJ", "w20"],
  ["New Relic ingest", "h36", "NRAL", ""],
  ["Salesforce session", "A15", "!A", "~80"],
  ["Slack webhook", "", "hooks.slack.com/", "/20"],
  ["Discord webhook", "", "/api/webhooks/", "d17/w60"],
  ["Teams webhook", "", "webhook.office.com/", "/40"],
  ["Zapier webhook", "", "hooks.zapier.com/hooks/catch/", "/8"]
]
