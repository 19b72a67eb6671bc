import PannierCore
import PannierServer
import Testing

@Suite struct AccountOperationsTests {
    private let world: OperationsWorld

    init() throws { world = try OperationsWorld() }

    @Test func anAccountHasANamespaceAndARoot() async throws {
        let ada = try await world.person(" Ada@Example.ORG\n")
        #expect(ada.account.email == "ada@example.org")
        #expect(ada.account.chunkerSeed == String(repeating: "07", count: 32))
        #expect(ada.account.usedBytes == 0)
        #expect(ada.account.quotaBytes == nil)
        try await world.write(as: ada) { (desk: OperationsStage.Desk) throws in
            #expect(try Operations.account(in: desk.context) == desk.person.account)
            let root = try desk.node(desk.person.root)
            #expect(root.parent == nil)
            #expect(root.kind == .folder)
            #expect(try desk.list(root.id).isEmpty)
        }
    }

    @Test func credentialsAreFoundByAddress() async throws {
        let ada = try await world.person("ada@example.org")
        let found = try await world.store.read { try Operations.credentials(email: "ADA@example.org", in: $0) }
        #expect(found?.account == ada.account.id)
        #expect(found?.salt == [1])
        #expect(found?.hash == [2])
        #expect(found?.cost == .standard)
        for address in ["eve@example.org", "nonsense"] {
            #expect(try await world.store.read { try Operations.credentials(email: address, in: $0)?.salt } == nil)
        }
    }

    @Test func aTokenIsGoodUntilItsDeviceSignsOut() async throws {
        let ada = try await world.person("ada@example.org")
        let (store, now) = (world.store, world.now)
        let (first, second) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        for token in [first, second] {
            _ = try await store.write { transaction in
                try Operations.createDevice(
                    account: ada.account.id, name: "phone", tokenHash: token, now: now, in: transaction)
            }
        }
        let caller = try #require(try await store.read { try Operations.authenticate(tokenHash: first, in: $0) })
        #expect(caller.account == ada.account.id)
        #expect(caller.email == "ada@example.org")
        #expect(caller.namespace == ada.namespace)
        let device = OperationsWorld.Person(account: ada.account, caller: caller)
        try await world.write(as: device) { try Operations.removeDevice(in: $0.context) }
        #expect(try await store.read { try Operations.authenticate(tokenHash: first, in: $0) } == nil)
        #expect(try await store.read { try Operations.authenticate(tokenHash: second, in: $0) } != nil)
        #expect(try await store.read { try Operations.authenticate(tokenHash: [], in: $0) } == nil)
    }

    @Test func namesOfDevicesHaveBounds() async throws {
        let ada = try await world.person("ada@example.org")
        let now = world.now
        for name in ["", String(repeating: "x", count: 256), "a\nb"] {
            let code = try await refusal {
                try await world.store.write { transaction in
                    try Operations.createDevice(
                        account: ada.account.id, name: name, tokenHash: [1], now: now, in: transaction
                    ).0
                }
            }
            #expect(code == .badRequest)
        }
    }

    @Test func oneAccountForEachAddress() async throws {
        _ = try await world.person("ada@example.org")
        for address in ["ada@example.org", "ADA@EXAMPLE.ORG ", "nonsense", ""] {
            #expect(try await refusal { try await world.person(address) } == .badRequest)
        }
    }

    @Test func removingAUserEndsWhatTheyHadAndGave() async throws {
        let (ada, bob) = (try await world.person("ada@example.org"), try await world.person("bob@example.org"))
        let (adas, bobs) = (
            try await world.write(as: ada) { desk in
                let folder = try desk.folder("adas")
                try desk.put("text", as: "f", in: folder)
                try desk.share(folder, with: "bob@example.org", "eve@example.org")
                return folder
            },
            try await world.write(as: bob) { desk in
                let folder = try desk.folder("bobs")
                try desk.share(folder, with: "ada@example.org")
                return folder
            }
        )
        let now = world.now
        let cursor = try await world.read(as: bob) { try $0.changes(after: nil).cursor }
        let (accounts, views) = try await world.store.write { transaction in
            let bell = Bell()
            try Operations.removeUser(email: "Ada@example.org", now: now, bell: bell, in: transaction)
            return (bell.accounts, bell.views)
        }
        #expect(accounts == [ada.account.id, bob.account.id])
        #expect(views == [bob.view])
        let told = try await world.read(as: bob) { try $0.changes(after: cursor).changes }
        guard told.count == 2, case .viewClosed = told[0], case .node(_, let node, _) = told[1] else {
            throw Problem(.internalError, "Bob was told \(told)")
        }
        #expect(node.id == bobs)
        #expect(!node.isShared)
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            #expect(try refusal { try desk.node(adas) } == .notFound)
            #expect(try Operations.sharedWithMe(in: desk.context).items.isEmpty)
            #expect(try Operations.shares(node: bobs, in: desk.context).grants.isEmpty)
        }
        let isSignedIn = try await world.store.read { transaction in
            try transaction.rows("SELECT 1 FROM devices WHERE token_hash IS NOT NULL", []).count
        }
        #expect(isSignedIn == 1)
        #expect(
            try await world.store.read { try Operations.credentials(email: "ada@example.org", in: $0)?.salt } == nil)
        #expect(
            try await refusal { try await world.read(as: ada) { try Operations.account(in: $0.context) } }
                == .tokenInvalid)
        // The address is free again, and its new holder has nothing of the old one's.
        let again = try await world.person("ada@example.org")
        #expect(again.account.id != ada.account.id)
        #expect(try await world.read(as: again) { try $0.names() }.isEmpty)
        #expect(try await world.store.read { try $0.rows("SELECT 1 FROM versions", []).count } == 1)
        #expect(
            try await refusal {
                try await world.store.write { transaction in
                    try Operations.removeUser(email: "nobody@example.org", now: now, bell: Bell(), in: transaction)
                }
            } == .notFound)
    }

    @Test func usersAreListedByAddress() async throws {
        for name in ["bob", "ada", "eve"] { _ = try await world.person("\(name)@example.org") }
        let now = world.now
        let users = try await world.store.write { transaction in
            try Operations.removeUser(email: "eve@example.org", now: now, bell: Bell(), in: transaction)
            return try Operations.listUsers(in: transaction)
        }
        #expect(users.map(\.email) == ["ada@example.org", "bob@example.org"])
        #expect(users.map(\.devices) == [1, 1])
    }

    @Test func theBooksAreKept() async throws {
        let ada = try await world.person("ada@example.org")
        try await world.write(as: ada) { desk in
            let folder = try desk.folder("a")
            let grant = try desk.share(folder, with: "bob@example.org")[0].id
            try Operations.removeShare(node: folder, grant: grant, in: desk.context)
            try Operations.removeDevice(in: desk.context)
            let actions = try desk.context.transaction.rows("SELECT action FROM audit", []).map(\.values[0])
            #expect(
                Set(actions)
                    == Set(
                        ["user added", "signed in", "shared", "unshared", "signed out"].map { MetadataValue.text($0) }))
        }
    }
}
