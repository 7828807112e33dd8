import { type Finding, lookUp, table, type View } from "./finding.ts"
import { codeIn, property, text } from "./read.ts"

/** Codes of MySQL and MariaDB by name, and by the number that some drivers give alone. */
const codes = /*#__PURE__*/ table([
  [
    "exists",
    undefined,
    "ER_DUP_ENTRY 1062 ER_DUP_KEY 1022 ER_DUP_ENTRY_WITH_KEY_NAME 1586 ER_DUP_UNKNOWN_IN_INDEX 1859"
  ],
  ["lost", "a deadlock", "ER_LOCK_DEADLOCK 1213 ER_XA_RBDEADLOCK 1614"],
  ["lost", "a lock is held", "ER_LOCK_WAIT_TIMEOUT 1205 ER_LOCK_NOWAIT 3572 ER_CHECKREAD 1020"],
  [
    "conflict",
    "a referenced row is missing or still in use",
    "ER_NO_REFERENCED_ROW 1216 ER_NO_REFERENCED_ROW_2 1452 ER_ROW_IS_REFERENCED 1217 ER_ROW_IS_REFERENCED_2 1451"
  ],
  [
    "arguments",
    "a value is missing",
    "ER_BAD_NULL_ERROR 1048 ER_NO_DEFAULT_FOR_FIELD 1364 ER_PRIMARY_CANT_HAVE_NULL 1171"
  ],
  [
    "arguments",
    "a value does not fit",
    "ER_DATA_TOO_LONG 1406 ER_TRUNCATED_WRONG_VALUE 1292 ER_WARN_DATA_OUT_OF_RANGE 1264 ER_TRUNCATED_WRONG_VALUE_FOR_FIELD 1366 WARN_DATA_TRUNCATED 1265 ER_INVALID_JSON_TEXT 3140 ER_DATA_OUT_OF_RANGE 1690 ER_CANT_AGGREGATE_2COLLATIONS 1267"
  ],
  ["arguments", "a value breaks a rule", "ER_CHECK_CONSTRAINT_VIOLATED 3819 ER_CONSTRAINT_FAILED 4025"],
  [
    "credentials",
    undefined,
    "ER_ACCESS_DENIED_ERROR 1045 ER_ACCESS_DENIED_NO_PASSWORD_ERROR 1698 ER_MUST_CHANGE_PASSWORD 1820 ER_ACCOUNT_HAS_BEEN_LOCKED 3118"
  ],
  [
    "denied",
    undefined,
    "ER_DBACCESS_DENIED_ERROR 1044 ER_TABLEACCESS_DENIED_ERROR 1142 ER_COLUMNACCESS_DENIED_ERROR 1143 ER_SPECIFIC_ACCESS_DENIED_ERROR 1227 ER_PROCACCESS_DENIED_ERROR 1370"
  ],
  [
    "lost",
    "too many connections",
    "ER_CON_COUNT_ERROR 1040 ER_TOO_MANY_USER_CONNECTIONS 1203 ER_USER_LIMIT_REACHED 1226 ER_HOST_IS_BLOCKED 1129"
  ],
  ["lost", "it is shutting down", "ER_SERVER_SHUTDOWN 1053 ER_NORMAL_SHUTDOWN 1077"],
  [
    "lost",
    "it is temporarily read-only",
    "ER_OPTION_PREVENTS_STATEMENT 1290 ER_READ_ONLY_MODE 1836 ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION 1792"
  ],
  ["lost", "its disk is full", "ER_RECORD_FILE_FULL 1114 ER_DISK_FULL 1021"],
  ["lost", "it has too few resources", "ER_OUT_OF_RESOURCES 1041 ER_OUTOFMEMORY 1037"],
  [
    "lost",
    "the connection was lost",
    "PROTOCOL_CONNECTION_LOST PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR ER_CONNECTION_KILLED 1927 ER_NEW_ABORTING_CONNECTION 1184 ER_ABORTING_CONNECTION 1152 ER_NET_READ_ERROR 1158 ER_SOCKET_UNEXPECTED_CLOSE 45009 ER_CMD_CONNECTION_CLOSED 45014 ER_CLIENT_INTERACTION_TIMEOUT 4031"
  ],
  [
    "timeout",
    undefined,
    "ER_QUERY_TIMEOUT 3024 ER_STATEMENT_TIMEOUT 1969 PROTOCOL_SEQUENCE_TIMEOUT ER_GET_CONNECTION_TIMEOUT 45028 ER_NET_READ_INTERRUPTED 1159 ER_CONNECTION_TIMEOUT 45012"
  ],
  ["tooLarge", undefined, "ER_NET_PACKET_TOO_LARGE 1153 ER_TOO_BIG_ROWSIZE 1118"],
  ["missing", undefined, "ER_KEY_NOT_FOUND 1032"]
])

export const mysql = ({ code, failure }: View): Finding | undefined => {
  const byName = /^(?:ER_|PROTOCOL_|WARN_)/.test(code ?? "")
    ? lookUp({ from: codes, code, rule: "MySQL's code", read: "code" })
    : undefined
  if (byName !== undefined) return byName
  const isMysql = text(failure, "sqlMessage") !== undefined || text(failure, "sqlState") !== undefined &&
      typeof property(failure, "errno") === "number"
  return isMysql
    ? lookUp({ from: codes, code: codeIn(failure, "errno"), rule: "MySQL's number", read: "errno" })
    : undefined
}
