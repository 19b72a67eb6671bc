/// How fast something grows, over the last seconds. A value; the clock is the caller's.
struct SpeedWindow: Sendable {
    private var samples: [(time: Duration, amount: Int64)] = []
    private let length: Duration

    init(length: Duration = .seconds(5)) { self.length = length }

    /// - Parameter time: grows from call to call.
    /// - Returns: growth a second; 0 while there is nothing to compare with.
    mutating func add(_ amount: Int64, at time: Duration) -> Double {
        samples.append((time, amount))
        // The newest sample that is old enough stays as the one to compare with.
        while samples.count > 2, time - samples[1].time >= length { samples.removeFirst() }
        guard let first = samples.first, time > first.time else { return 0 }
        let span = (time - first.time).components
        let seconds = Double(span.seconds) + Double(span.attoseconds) / 1e18
        return max(0, Double(amount - first.amount) / seconds)
    }
}
