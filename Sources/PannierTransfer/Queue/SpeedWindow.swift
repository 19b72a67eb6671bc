/// How fast something grows, over the last seconds. A value; the clock is the caller's.
struct SpeedWindow: Sendable {
    private var samples: [(time: Duration, amount: Int64)] = []
    private let length: Duration
    /// When it moved last, and what it was then.
    private var moved: (time: Duration, amount: Int64)?

    init(length: Duration = .seconds(5)) { self.length = length }

    /// How long nothing may move before nothing is what is told.
    static let standstill = Duration.milliseconds(2_500)

    /// - Parameter time: grows from call to call.
    /// - Returns: growth a second; 0 while there is nothing to compare with, and when nothing moves any more.
    mutating func add(_ amount: Int64, at time: Duration) -> Double {
        if moved?.amount != amount { moved = (time, amount) }
        if let moved, time - moved.time >= Self.standstill {
            // What comes later is measured from here.
            samples = [(time, amount)]
            return 0
        }
        samples.append((time, amount))
        // The newest sample that is old enough stays as the one to compare with.
        while samples.count > 2, time - samples[1].time >= length { samples.removeFirst() }
        guard let first = samples.first, time > first.time else { return 0 }
        let span = (time - first.time).components
        let seconds = Double(span.seconds) + Double(span.attoseconds) / 1e18
        return max(0, Double(amount - first.amount) / seconds)
    }
}
