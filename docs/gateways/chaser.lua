-- Asks Chaser Keys about a request: HAProxy's own HTTP client (2.5 or newer), which blocks nobody.
-- Sets txn.chaser_status to the status of the answer, 0 if there was none, and the identity of a good key.

local authority = "http://127.0.0.1:8081/authorize"

local function first(headers, name)
    local values = headers and headers[name]
    return values and values[0] or ""
end

core.register_action("chaser-authorize", { "http-req" }, function(txn)
    -- All of them: two Authorization headers are refused by the authority, not chosen from here.
    local presented = {}
    for _, value in pairs(txn.http:req_get_headers()["authorization"] or {}) do
        presented[#presented + 1] = value
    end
    local answered, answer = pcall(function()
        return core.httpclient():get({ url = authority, headers = { authorization = presented }, timeout = 5000 })
    end)
    local status = answered and answer and answer.status or 0
    txn:set_var("txn.chaser_status", status)
    if status == 0 then
        return
    end
    txn:set_var("txn.chaser_challenge", first(answer.headers, "www-authenticate"))
    txn:set_var("txn.chaser_key_id", first(answer.headers, "x-chaser-key-id"))
    txn:set_var("txn.chaser_workspace_id", first(answer.headers, "x-chaser-workspace-id"))
    txn:set_var("txn.chaser_mode", first(answer.headers, "x-chaser-mode"))
end)
