package import PannierCore
import Synchronization

extension IdentifierSource {
    /// The same identifiers for the same seed.
    package convenience init(seed: UInt64) {
        let numbers = Numbers(SeededGenerator(seed: seed))
        self.init { numbers.next() }
    }

    private final class Numbers: Sendable {
        private let generator: Mutex<SeededGenerator>

        init(_ generator: SeededGenerator) { self.generator = Mutex(generator) }

        func next() -> UInt64 { generator.withLock { $0.next() } }
    }
}
