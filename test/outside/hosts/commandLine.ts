/** Hosts that are programs: how each is pointed at a model and at a server, and asked once. */
/** What a run of a host is given. */
export interface Given {
  /** Where the fake model listens. */
  readonly model: string
  /** The home of the host, empty but for its configuration; it works there too. */
  readonly home: string
  /** The server's command, and its arguments. */
  readonly server: readonly [command: string, ...args: ReadonlyArray<string>]
  readonly prompt: string
}

/** A run of a host: files below its home, its arguments, and what its environment holds. */
export interface Run {
  readonly files: { readonly [path: string]: unknown }
  readonly args: ReadonlyArray<string>
  readonly env?: { readonly [name: string]: string }
}

/** A host that npm has. */
export interface CommandLine {
  /** The name of its package. */
  readonly package: string
  /** The name of its program. */
  readonly bin: string
  /** The name of its replica. */
  readonly replica: string
  readonly run: (given: Given) => Run
}

const lab = ([command, ...args]: Given["server"]) => ({ lab: { command, args } })

const gemini: CommandLine = {
  package: "@google/gemini-cli",
  bin: "gemini",
  replica: "Gemini CLI",
  run: ({ model, prompt, server }) => ({
    files: {
      ".gemini/settings.json": {
        mcpServers: { lab: { ...lab(server).lab, trust: true } },
        security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true, enableAutoUpdate: false }
      }
    },
    args: ["--prompt", prompt, "--yolo", "--model", "gemini-2.5-flash"],
    env: { GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: model, GEMINI_CLI_TRUST_WORKSPACE: "true" }
  })
}

const qwen: CommandLine = {
  package: "@qwen-code/qwen-code",
  bin: "qwen",
  replica: "Qwen Code",
  run: ({ model, prompt, server }) => ({
    files: {
      ".qwen/settings.json": {
        mcpServers: { lab: { ...lab(server).lab, trust: true, alwaysLoadTools: true } },
        security: { auth: { selectedType: "openai" } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true, enableAutoUpdate: false }
      }
    },
    args: ["--prompt", prompt, "--yolo"],
    env: { OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${model}/v1`, OPENAI_MODEL: "fake" }
  })
}

const codex: CommandLine = {
  package: "@openai/codex",
  bin: "codex",
  replica: "Codex CLI",
  run: ({ model, prompt, server: [command, ...args] }) => ({
    files: {
      ".codex/config.toml": [
        "model = \"fake\"",
        "model_provider = \"fake\"",
        "check_for_update_on_startup = false",
        "[model_providers.fake]",
        "name = \"fake\"",
        `base_url = "${model}/v1"`,
        "wire_api = \"responses\"",
        "env_key = \"FAKE_KEY\"",
        "[mcp_servers.lab]",
        `command = ${JSON.stringify(command)}`,
        `args = ${JSON.stringify(args)}`,
        "required = true"
      ].join("\n")
    },
    args: ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
    env: { FAKE_KEY: "none" }
  })
}

const claude: CommandLine = {
  package: "@anthropic-ai/claude-code",
  bin: "claude",
  replica: "Claude Code",
  run: ({ model, prompt, server }) => ({
    files: { "mcp.json": { mcpServers: lab(server) } },
    args: [
      "-p",
      prompt,
      "--mcp-config",
      "mcp.json",
      "--strict-mcp-config",
      "--allowedTools",
      "mcp__lab",
      "--model",
      "claude-sonnet-4-5"
    ],
    env: {
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: "none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ENABLE_TOOL_SEARCH: "false"
    }
  })
}

const opencode: CommandLine = {
  package: "opencode-ai",
  bin: "opencode",
  replica: "opencode",
  run: ({ model, prompt, server }) => ({
    files: {
      "opencode.json": {
        model: "fake/fake",
        small_model: "fake/fake",
        autoupdate: false,
        share: "disabled",
        provider: {
          fake: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${model}/v1`, apiKey: "none" },
            models: { fake: { name: "fake", tool_call: true, limit: { context: 100_000, output: 10_000 } } }
          }
        },
        mcp: { lab: { type: "local", command: server, enabled: true } }
      }
    },
    args: ["run", prompt],
    env: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" }
  })
}

const continueCli: CommandLine = {
  package: "@continuedev/cli",
  bin: "cn",
  replica: "Continue CLI",
  run: ({ model, prompt, server: [command, ...args] }) => ({
    files: {
      "config.yaml": { // YAML takes JSON
        name: "fake",
        version: "1.0.0",
        schema: "v1",
        models: [{
          name: "fake",
          provider: "openai",
          model: "fake",
          apiKey: "none",
          apiBase: `${model}/v1`,
          roles: ["chat"],
          capabilities: ["tool_use"]
        }],
        mcpServers: [{ name: "lab", command, args }]
      }
    },
    args: ["-p", prompt, "--config", "config.yaml", "--auto"],
    env: { CONTINUE_TELEMETRY_ENABLED: "0" }
  })
}

const cline: CommandLine = {
  package: "cline",
  bin: "cline",
  replica: "Cline CLI",
  run: ({ model, prompt, server: [command, ...args] }) => ({
    files: {
      ".cline/data/settings/cline_mcp_settings.json": {
        mcpServers: { lab: { transport: { type: "stdio", command, args }, timeout: 60 } }
      },
      ".cline/data/settings/providers.json": {
        version: 1,
        lastUsedProvider: "openai-compatible",
        modes: {},
        providers: {
          "openai-compatible": {
            settings: { provider: "openai-compatible", apiKey: "none", model: "fake", baseUrl: `${model}/v1` },
            updatedAt: "2026-11-26T00:00:00.000Z",
            tokenSource: "manual"
          }
        }
      }
    },
    args: ["--provider", "openai-compatible", "--model", "fake", "--auto-approve", "true", prompt]
  })
}

/** All of them. */
export const commandLines: ReadonlyArray<CommandLine> = [gemini, qwen, codex, claude, opencode, continueCli, cline]
