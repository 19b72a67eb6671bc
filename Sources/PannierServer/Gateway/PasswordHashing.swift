import NIOPosix
import PannierChunks
import PannierCore
import Synchronization

/// Passwords through scrypt: two at a time on threads of their own, since each takes 32 MiB and a quarter of a second
/// of a core; a few wait, further ones are told to come back.
package final class PasswordHashing: Sendable {
    package struct Hashed: Sendable {
        package let salt: [UInt8]
        package let hash: [UInt8]
        package let cost: PasswordCost
    }

    private let threads: NIOThreadPool
    private let cost: PasswordCost
    private let places: Int
    private let taken = Mutex(0)
    /// What an unknown address is compared with, so that it takes as long as a known one.
    private let decoy = (salt: RandomBytes.make(16), hash: RandomBytes.make(32))

    /// - Parameters:
    ///   - cost: for new passwords.
    ///   - waiting: how many may wait besides the two that run.
    package init(cost: PasswordCost = .standard, waiting: Int = 30) {
        threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        self.cost = cost
        places = waiting + 2
    }

    /// - Throws: ``Problem`` when too many wait.
    package func hash(_ password: String) async throws -> Hashed {
        let salt = RandomBytes.make(16)
        return Hashed(salt: salt, hash: try await derive(password, salt, cost), cost: cost)
    }

    /// Whether this is the password; never for nil, which takes as long.
    package func matches(_ password: String, _ stored: StoredCredentials?) async throws -> Bool {
        let found = try await derive(password, stored?.salt ?? decoy.salt, stored?.cost ?? cost)
        return ConstantTime.equal(found, stored?.hash ?? decoy.hash) && stored != nil
    }

    private func derive(_ password: String, _ salt: [UInt8], _ cost: PasswordCost) async throws -> [UInt8] {
        let hasPlace = taken.withLock { taken in
            guard taken < places else { return false }
            taken += 1
            return true
        }
        guard hasPlace else {
            throw Problem(.unavailable, "Too many people are signing in.", detail: "Try again shortly.", retryAfter: 3)
        }
        defer { taken.withLock { $0 -= 1 } }
        return try await threads.runIfActive {
            try Scrypt.derive(
                password: Array(password.utf8), salt: salt, costExponent: cost.exponent, blockSize: cost.blockSize,
                parallel: cost.parallel)
        }
    }

    package func shutDown() async throws { try await threads.shutdownGracefully() }
}
