-- Events of fifty flags, each with a greater sequence number than the one before, for wrk:
--   cargo run --release -p compass-mock --example serve -- 8080
--   wrk -t1 -c64 -d8s --latency -s crates/compass-mock/benches/events.lua http://127.0.0.1:8080/
local sent = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Basic YWRhQGV4YW1wbGUuY29tOnRva2Vu"

local body = '{"cloudId":"6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30",'
  .. '"componentId":"ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/'
  .. '0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69",'
  .. '"event":{"flag":{"displayName":"dark mode on","description":"","url":"https://flags.example.com/dark-mode",'
  .. '"lastUpdated":"2026-09-01T12:00:00Z","updateSequenceNumber":%d,"externalEventSourceId":"flags:acme/shop",'
  .. '"flagProperties":{"id":"flag-%d"}}}}'

request = function()
  sent = sent + 1
  return wrk.format(nil, "/gateway/api/compass/v1/events", nil, body:format(sent, sent % 50))
end
