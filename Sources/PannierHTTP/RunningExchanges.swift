internal import CCurl

/// The multi handle and what is on it. Belongs to the loop's thread.
final class RunningExchanges {
    private struct Running {
        let exchange: Exchange
        let job: HTTPLoop.Job
    }

    private let multi: UnsafeMutableRawPointer
    private let settings: HTTPSettings
    private var byNumber: [UInt64: Running] = [:]
    private var numbers: [UnsafeMutableRawPointer: UInt64] = [:]
    /// Those that wait for others of their limit to end, in order.
    private var held: [Running] = []

    /// Longest wait without a sign of life; libcurl itself shortens it to its next timer.
    private static let longestWait: Int32 = 60_000
    /// Milliseconds between two looks at a limit that holds something up.
    private static let pauseWait: Int32 = 20

    init(settings: HTTPSettings) {
        self.settings = settings
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory for its first handle") }
        self.multi = multi
        pannier_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.idleConnections)
    }

    deinit { curl_multi_cleanup(multi) }

    var bell: WakeBell { WakeBell(multi) }

    func add(_ job: HTTPLoop.Job) {
        let exchange: Exchange
        do throws(HTTPFailure) {
            exchange = try Exchange(
                job.request, settings: settings, meter: job.meter, position: job.position, limit: job.limit)
        } catch {
            job.continuation.resume(returning: .failure(error))
            return
        }
        held.append(Running(exchange: exchange, job: job))
        begin()
    }

    /// Begins what may begin.
    private func begin() {
        held.removeAll { running in
            guard running.exchange.mayBegin() else { return false }
            let code = curl_multi_add_handle(multi, running.exchange.easy)
            guard code == CURLM_OK else {
                running.job.continuation.resume(returning: .failure(Self.failure(code)))
                return true
            }
            byNumber[running.job.number] = running
            numbers[running.exchange.easy] = running.job.number
            return true
        }
    }

    /// Takes an exchange off, closing its connection. Nothing happens when it has ended already.
    func end(_ number: UInt64, _ failure: HTTPFailure) {
        let waiting = held.firstIndex { $0.job.number == number }
        guard let running = waiting.map({ held.remove(at: $0) }) ?? remove(number) else { return }
        running.job.continuation.resume(returning: .failure(failure))
    }

    func endAll(_ failure: HTTPFailure) {
        for number in Array(byNumber.keys) + held.map(\.job.number) { end(number, failure) }
    }

    /// Moves bytes, hands out what has ended, then waits for sockets, timers or the bell.
    func perform() {
        resumePaused()
        var active: Int32 = 0
        let code = curl_multi_perform(multi, &active)
        guard code == CURLM_OK else {
            endAll(Self.failure(code))
            return
        }
        finishDone()
        begin()
        curl_multi_poll(multi, nil, 0, isHeldUp ? Self.pauseWait : Self.longestWait, nil)
    }

    /// Lets those go on whose limit lets more pass, the one that waits longest first.
    private func resumePaused() {
        var due: [(since: ContinuousClock.Instant, exchange: Exchange)] = []
        for exchange in byNumber.values.lazy.map(\.exchange) where exchange.wait == .zero {
            if let since = exchange.pausedAt { due.append((since, exchange)) }
        }
        for (_, exchange) in due.sorted(by: { $0.since < $1.since }) { exchange.resume() }
    }

    private var isHeldUp: Bool { !held.isEmpty || byNumber.values.contains { $0.exchange.pausedAt != nil } }

    private func finishDone() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let number = numbers[message.pointee.easy_handle] else {
                continue
            }
            // The message's memory is gone once its handle is removed.
            let code = message.pointee.data.result
            guard let running = remove(number) else { continue }
            running.job.continuation.resume(returning: running.exchange.result(code))
        }
    }

    private func remove(_ number: UInt64) -> Running? {
        guard let running = byNumber.removeValue(forKey: number) else { return nil }
        numbers[running.exchange.easy] = nil
        curl_multi_remove_handle(multi, running.exchange.easy)
        return running
    }

    private static func failure(_ code: CURLMcode) -> HTTPFailure {
        HTTPFailure(.clientFailed, "libcurl failed: \(String(cString: curl_multi_strerror(code))).")
    }
}
