import Synchronization

/// Counters of one server, in Prometheus' text form. Shown on loopback only.
package final class Metrics: Sendable {
    private struct Counters {
        var requests: [String: Int] = [:]
        var failures: [String: Int] = [:]
        var bodyBytes = 0
        var bodyMaximum = 0
        var puts = 0
        var putBytes = 0
        var gets = 0
        var getBytes = 0
        var bodies = 0
    }

    private let counters = Mutex(Counters())

    package init() {}

    /// Counts an answered request of the API by its route's pattern, with its body's length in bytes.
    package func countRequest(route: String, body: Int, isFailure: Bool) {
        counters.withLock { counters in
            counters.requests[route, default: 0] += 1
            if isFailure { counters.failures[route, default: 0] += 1 }
            counters.bodyBytes += body
            counters.bodyMaximum = max(counters.bodyMaximum, body)
        }
    }

    package func countStorePut(bytes: Int) {
        counters.withLock { counters in
            counters.puts += 1
            counters.putBytes += bytes
        }
    }

    package func countStoreGet() { counters.withLock { $0.gets += 1 } }
    package func countStoreGet(bytes: Int) { counters.withLock { $0.getBytes += bytes } }

    /// A body of the store has begun (1) or ended (-1).
    package func countStoreBody(_ change: Int) { counters.withLock { $0.bodies += change } }

    /// - Parameter sockets: open push connections.
    package func text(sockets: Int) -> String {
        let counters = counters.withLock { $0 }
        var lines: [String] = []
        func add(_ name: String, _ kind: String, _ help: String, _ values: [(labels: String, value: Int)]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
            lines += values.map { "\(name)\($0.labels) \($0.value)" }
        }
        func byRoute(_ values: [String: Int]) -> [(labels: String, value: Int)] {
            values.sorted { $0.key < $1.key }.map { ("{route=\"\($0.key)\"}", $0.value) }
        }
        add("pannier_api_requests_total", "counter", "Requests of the API by route.", byRoute(counters.requests))
        add("pannier_api_failures_total", "counter", "Those answered with a problem.", byRoute(counters.failures))
        add("pannier_api_request_body_bytes_total", "counter", "Bytes of their bodies.", [("", counters.bodyBytes)])
        add("pannier_api_request_body_max_bytes", "gauge", "The largest body.", [("", counters.bodyMaximum)])
        add("pannier_store_puts_total", "counter", "Objects stored.", [("", counters.puts)])
        add("pannier_store_put_bytes_total", "counter", "Their bytes.", [("", counters.putBytes)])
        add("pannier_store_gets_total", "counter", "Objects or ranges read.", [("", counters.gets)])
        add("pannier_store_get_bytes_total", "counter", "Their bytes.", [("", counters.getBytes)])
        add("pannier_store_bodies", "gauge", "Bodies on their way to or from it.", [("", counters.bodies)])
        add("pannier_push_sockets", "gauge", "Open push connections.", [("", sockets)])
        return lines.joined(separator: "\n") + "\n"
    }
}
