import Logging
import PannierChunks
package import PannierCore

/// What an administrator may do, in a running server or, while none runs, in the command itself.
package struct Administration: Sendable {
    package let store: any MetadataStore
    package let passwords: PasswordHashing
    package let hub: PushHub
    package let doctor: Doctor
    package let clock: @Sendable () -> Milliseconds

    package init(
        store: any MetadataStore, passwords: PasswordHashing, hub: PushHub, doctor: Doctor,
        clock: @escaping @Sendable () -> Milliseconds
    ) {
        self.store = store
        self.passwords = passwords
        self.hub = hub
        self.doctor = doctor
        self.clock = clock
    }

    package func perform(_ request: AdminRequest) async -> AdminAnswer {
        do {
            switch request {
            case .addUser(let email, let name, let password):
                return .added(try await addUser(email, name, password))
            case .listUsers: return .users(try await store.read { try Operations.listUsers(in: $0) })
            case .removeUser(let email): return .removed(try await removeUser(email))
            case .doctor: return .findings(await doctor.look())
            }
        } catch let problem as Problem {
            return .problem(problem)
        } catch {
            return .problem(Problem(.internalError, "The command failed.", detail: "\(error)"))
        }
    }

    private func addUser(_ email: String, _ name: String, _ password: String) async throws -> Account {
        guard (8...GatewayLimits.signInText).contains(password.utf8.count) else {
            throw Problem(.badRequest, "A password must have 8 to \(GatewayLimits.signInText) bytes.")
        }
        let hashed = try await passwords.hash(password)
        let seed = RandomBytes.make(32)
        let now = clock()
        return try await store.write { transaction in
            try Operations.addUser(
                email: email, name: name, salt: hashed.salt, hash: hashed.hash, cost: hashed.cost, seed: seed, now: now,
                in: transaction)
        }
    }

    private func removeUser(_ email: String) async throws -> RemovedUser {
        let now = clock()
        let (removed, views, accounts) = try await store.write { transaction in
            let bell = Bell()
            let removed = try Operations.removeUser(email: email, now: now, bell: bell, in: transaction)
            return (removed, bell.views, bell.accounts)
        }
        hub.ring(views: views, accounts: accounts)
        return removed
    }
}
