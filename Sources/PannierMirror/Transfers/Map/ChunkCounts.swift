package import PannierCore

/// How many chunks there are of each state.
package struct ChunkCounts: Sendable, Hashable {
    private var numbers = SIMD8<Int64>()

    package init() {}

    package subscript(state: ChunkState) -> Int64 {
        get { numbers[state.code] }
        set { numbers[state.code] = newValue }
    }

    package var total: Int64 { numbers.wrappedSum() }

    /// Those of which there are any.
    package var byState: [ChunkState: Int64] {
        var counts: [ChunkState: Int64] = [:]
        for state in ChunkState.allCases where self[state] > 0 { counts[state] = self[state] }
        return counts
    }

    package static func += (left: inout Self, right: Self) { left.numbers &+= right.numbers }
}

extension ChunkState {
    /// In memory and in columns: never to be changed. Worse ones have smaller codes.
    package var code: Int {
        switch self {
        case .failed: 0
        case .waiting: 1
        case .moving: 2
        case .unsure: 3
        case .sure: 4
        case .there: 5
        }
    }

    package init?(code: Int) {
        guard Self.byCode.indices.contains(code) else { return nil }
        self = Self.byCode[code]
    }

    private static let byCode: [ChunkState] = [.failed, .waiting, .moving, .unsure, .sure, .there]

    /// Nothing more has to be done about it, for good or bad.
    package var isSettled: Bool { self == .failed || needsNothing }
    /// Sure, or there.
    package var needsNothing: Bool { code >= ChunkState.sure.code }
}
