-- For wrk: sends the requests of a file in turn, or one again and again, and reports as JSON.
-- The file has a line for each request: method, path and body, with tabs between them.
local prepared, sent = {}, 0

function init(arguments)
  if arguments[1] == nil then
    return
  end
  for line in io.lines(arguments[1]) do
    local method, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
    prepared[#prepared + 1] = wrk.format(method, path, nil, body)
  end
  request = function()
    sent = sent + 1
    return prepared[(sent - 1) % #prepared + 1]
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p95": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(95) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
