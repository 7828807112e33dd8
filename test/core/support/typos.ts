/** A corpus of misspelt names: what was written, and what was meant, among the names that there are. */

export interface Typo {
  readonly kind: string
  readonly written: string
  readonly meant: string
  readonly among: ReadonlyArray<string>
}

export const tools = [
  "list_users",
  "get_user",
  "create_user",
  "delete_user",
  "update_user",
  "list_projects",
  "manage_project",
  "list_applications",
  "list_app_versions",
  "deploy_application",
  "check_deployment_status",
  "wait_for_deployment",
  "cancel_deployment",
  "search_files",
  "read_file",
  "write_file",
  "process_files",
  "process_csv_file",
  "convert_document",
  "batch_convert_documents",
  "assign_to_category",
  "get_weather",
  "fetch_api_data",
  "charge_user",
  "get_transaction",
  "send_message",
  "create_issue",
  "list_pull_requests",
  "merge_pull_request",
  "execute_query"
]
export const fields = [
  "document_id",
  "target_format",
  "page_size",
  "created_at",
  "max_results",
  "include_forecast",
  "idempotency_key",
  "file_paths",
  "userName",
  "startDate",
  "endDate",
  "sortOrder",
  "parentId",
  "description"
]
export const names = [
  "Zürich",
  "São Paulo",
  "Kraków",
  "Reykjavík",
  "Łódź",
  "Düsseldorf",
  "Montréal",
  "Malmö",
  "東京",
  "Ολυμπία",
  "website-relaunch",
  "mobile-app",
  "billing",
  "search-index",
  "data-warehouse",
  "invoice-2024-0117",
  "invoice-2024-0171",
  "report.final.pdf",
  "meeting notes",
  "Quarterly Review"
]
export const values = [
  "html",
  "text",
  "json",
  "markdown",
  "staging",
  "production",
  "development",
  "ascending",
  "descending"
]

/** As they were met in logs and reports of servers, and made by hand after them. */
const written: ReadonlyArray<readonly [among: ReadonlyArray<string>, pairs: string]> = [
  [
    tools,
    `lst_users list_users|list_user list_users|listUsers list_users|ListUsers list_users|user_list list_users|users_list list_users
list-users list_users|list users list_users|LIST_USERS list_users|getUser get_user|get_users get_user|user_get get_user
get_usr get_user|creat_user create_user|createuser create_user|new_create_user create_user|user_create create_user
delete_users delete_user|delteUser delete_user|del_user delete_user|upate_user update_user|updateUser update_user
list_project list_projects|projects_list list_projects|manage_projects manage_project|manageProject manage_project
mange_project manage_project|list_apps list_applications|list_aplications list_applications|listApplication list_applications
list_app_version list_app_versions|list_versions list_app_versions|deploy_app deploy_application|deploy deploy_application
deployApplication deploy_application|deploy_aplication deploy_application|depoly_application deploy_application
check_deployment check_deployment_status|deployment_status check_deployment_status|check_status check_deployment_status
checkDeploymentStatus check_deployment_status|wait_for_deploy wait_for_deployment|wait_deployment wait_for_deployment
cancel_deploy cancel_deployment|cancle_deployment cancel_deployment|deployment_cancel cancel_deployment
file_search search_files|searchFiles search_files|serach_files search_files|search_file search_files|readFile read_file
read_files read_file|file_read read_file|raed_file read_file|file_write write_file|write_files write_file
processFiles process_files|process_file process_files|process_csv process_csv_file|csv_process_file process_csv_file
convert_documents convert_document|document_convert convert_document|convret_document convert_document|convertDoc convert_document
batch_convert batch_convert_documents|batch_convert_document batch_convert_documents|convert_documents_batch batch_convert_documents
assign_category assign_to_category|assignToCategory assign_to_category|getWeather get_weather|weather get_weather|get_wether get_weather
fetch_api fetch_api_data|fetchApiData fetch_api_data|api_fetch_data fetch_api_data|chargeUser charge_user|charge_users charge_user
get_transactions get_transaction|transaction_get get_transaction|get_transation get_transaction|sendMessage send_message
send_mesage send_message|message_send send_message|createIssue create_issue|create_issues create_issue|creat_isue create_issue
list_prs list_projects|list_pull_request list_pull_requests|pull_requests_list list_pull_requests|merge_pull_requests merge_pull_request
mergePR merge_pull_request|merge_request merge_pull_request|execute_sql execute_query|executeQuery execute_query|query_execute execute_query`
  ],
  [
    fields,
    `documentId document_id|doc_id document_id|docuemnt_id document_id|document_ids document_id|documentID document_id
targetFormat target_format|target_fromat target_format|format target_format|pageSize page_size|page-size page_size|pagesize page_size
createdAt created_at|created created_at|create_at created_at|maxResults max_results|max_result max_results|max_reslts max_results
includeForecast include_forecast|include_forcast include_forecast|idempotencyKey idempotency_key|idempotence_key idempotency_key
idempotency-key idempotency_key|filePaths file_paths|file_path file_paths|paths file_paths|user_name userName|username userName
UserName userName|start_date startDate|startdate startDate|date_start startDate|end_date endDate|dateEnd endDate|sort_order sortOrder
orderSort sortOrder|parent_id parentId|parentID parentId|desciption description|descriptions description|desc description`
  ],
  [
    names,
    `Zurich Zürich|zuerich Zürich|ZÜRICH Zürich|Zu\u0308rich Zürich|Krakow Kraków|kraków Kraków|Reykjavik Reykjavík|Lodz Łódź
Dusseldorf Düsseldorf|Duesseldorf Düsseldorf|Montreal Montréal|montrael Montréal|Malmo Malmö|MALMÖ Malmö|東亰 東京|Ολυμπια Ολυμπία
ＢＩＬＬＩＮＧ billing|biling billing|billling billing|bil\u200bling billing|websit-relaunch website-relaunch|websiteRelaunch website-relaunch
relaunch-website website-relaunch|mobile_app mobile-app|mobileapp mobile-app|search_index search-index|indexsearch search-index
datawarehouse data-warehouse|data-warehose data-warehouse|invoice-2024-0711 invoice-2024-0171|invoice_2024_0117 invoice-2024-0117
invoice-2024-117 invoice-2024-0117|report.fianl.pdf report.final.pdf|report_final.pdf report.final.pdf|final.report.pdf report.final.pdf
report.pdf report.final.pdf|meetingnotes meeting\u00a0notes`
  ],
  [
    values,
    `htm html|HTML html|hmtl html|txt text|jsn json|JSON json|mark-down markdown|markdwon markdown|md markdown|stagin staging|stage staging
prod production|produciton production|dev development|developement development|asc ascending|acsending ascending|desc descending
decending descending`
  ]
]

const byHand = (): ReadonlyArray<Typo> =>
  written.flatMap(([among, pairs]) =>
    pairs.split(/[|\n]/).map((pair) => {
      const [wrong = "", right = ""] = pair.split(" ").length === 2 ? pair.split(" ") : splitLast(pair)
      return { kind: "by hand", written: wrong, meant: right.replaceAll("\u00a0", " "), among }
    })
  )

const splitLast = (pair: string): [string, string] => {
  const at = pair.lastIndexOf(" ")
  return [pair.slice(0, at), pair.slice(at + 1)]
}

type Change = (name: string, at: number) => string

const put = (chars: ReadonlyArray<string>): string => chars.join("")
const words = (name: string): ReadonlyArray<string> =>
  name.split(/[_\- .]|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase())
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

const neighbours: Readonly<Record<string, string>> = { a: "s", e: "r", i: "o", o: "p", r: "t", s: "d", t: "y", n: "m" }

const changes: Readonly<Record<string, Change>> = {
  "left out": (name, at) => put(Array.from(name).toSpliced(at, 1)),
  "put in": (name, at) => put(Array.from(name).toSpliced(at, 0, "x")),
  doubled: (name, at) => put(Array.from(name).toSpliced(at, 0, Array.from(name)[at]!)),
  "next key": (name, at) =>
    put(Array.from(name).toSpliced(at, 1, neighbours[Array.from(name)[at]!.toLowerCase()] ?? "q")),
  swapped: (name, at) => put(Array.from(name).toSpliced(at, 2, Array.from(name)[at + 1] ?? "", Array.from(name)[at]!)),
  case: (name) => name.toUpperCase(),
  camelCase: (name) => words(name).map((word, i) => i === 0 ? word : capital(word)).join(""),
  snake_case: (name) => words(name).join("_"),
  "kebab-case": (name) => words(name).join("-"),
  "word order": (name) => [...words(name)].reverse().join("_"),
  plural: (name) => name.endsWith("s") ? name.slice(0, -1) : `${name}s`,
  "full width": (name) => name.replace(/[!-~]/g, (char) => String.fromCodePoint(char.codePointAt(0)! + 0xfee0)),
  unseen: (name, at) => put(Array.from(name).toSpliced(at, 0, "\u200b")),
  decomposed: (name) => name.normalize("NFD"),
  "two edits": (name, at) => put(Array.from(name).toSpliced(at, 1).toSpliced(Math.max(0, at - 3), 0, "z"))
}

const generated = (): ReadonlyArray<Typo> => {
  let turn = 7
  return [tools, fields, names, values].flatMap((among) =>
    among.flatMap((meant) =>
      Object.entries(changes).flatMap(([kind, change]) => {
        turn = (turn * 31 + 11) % 10_007
        const written = change(meant, 1 + turn % Math.max(1, Array.from(meant).length - 2))
        const isShort = Array.from(meant).length < 4
        return written === meant || isShort || among.includes(written) ? [] : [{ kind, written, meant, among }]
      })
    )
  )
}

export const corpus: ReadonlyArray<Typo> = [...byHand(), ...generated()]
