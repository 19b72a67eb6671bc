import PannierCore

/// What the sketches of the screens show, as far as there is such a thing yet.
enum Samples {
    static let film = path("film")
    private static let minute: Milliseconds = 60_000
    private static let hour = 60 * minute
    private static let day = 24 * hour

    static func path(_ names: String..., space: RemotePath.Space = .myFiles) -> RemotePath {
        RemotePath(space: space, names: names.map { try! NodeName($0) })
    }

    static func engine() -> FakeEngine {
        let engine = FakeEngine()
        engine.set(
            .myFiles,
            [
                .init(name: "film", age: 2 * hour, isShared: true), .init(name: "music", age: 40 * day),
                .init(name: "budget.ods", size: 84_000, age: 5 * minute),
                .init(name: "notes.md", size: 9_212, age: 1_000),
            ])
        engine.set(
            film,
            [
                .init(name: "cuts", age: 2 * hour), .init(name: "grading", age: day),
                .init(name: "raw-2025", age: 250 * day), .init(name: "sound", age: 3 * day, by: "mia@example.org"),
                .init(name: "act-2-final.mov", size: 48_700_000_000, age: 500),
                .init(name: "act-3-final.mov", size: 22_400_000_000, age: 900),
                .init(name: "call-sheet-04.pdf", size: 212_000, age: day, by: "mia@example.org"),
                .init(name: "poster.psd", size: 1_200_000_000, age: 4 * day),
                .init(name: "schedule.ics", size: 4_096, age: 60 * day),
                .init(name: "storyboard.pdf", size: 88_100_000, age: 6 * day, by: "tom@example.org"),
                .init(name: "empty.txt", size: 0, age: 6 * day),
            ])
        engine.set(
            .sharedWithMe,
            [
                .init(
                    name: "Design team", age: 4 * minute, by: "mia@example.org", owner: "mia@example.org", role: .editor
                ),
                .init(
                    name: "Family photos", age: 31 * day, by: "tom@example.org", owner: "tom@example.org", role: .viewer
                ),
                .init(
                    name: "Tax 2025.pdf", size: 310_000_000, age: 90 * day, by: "mia@example.org",
                    owner: "mia@example.org", role: .viewer),
            ])
        engine.set(path("music"), [])
        engine.set(path("Design team", space: .shared), [.init(name: "logo.svg", size: 1_100_000, role: .editor)])
        return engine
    }

    /// Two people changed `/budget.ods` at once; the one who is signed in was the earlier one.
    static func conflictEngine() -> FakeEngine {
        let engine = engine()
        engine.set(
            .myFiles,
            [
                .init(name: "film", age: 2 * hour, isShared: true), .init(name: "music", age: 40 * day),
                .init(name: "budget.ods", size: 86_000, age: 5 * minute, by: "mia@example.org", conflicts: 1),
                .init(name: "notes.md", size: 9_212, age: 1_000),
            ])
        engine.setVersions(versions)
        return engine
    }

    static let versions = [
        version(90, "mia@example.org", 5 * minute, 86_000, isCurrent: true),
        version(71, "alice@example.org", 6 * minute, 84_000, device: "laptop", .open),
        version(70, "alice@example.org", 2 * hour, 81_000, device: "laptop"),
        version(52, "mia@example.org", day, 80_000, .settled),
        version(
            40, "alice@example.org", 3 * day, 80_000, device: "\u{202E}phone with a name that goes on", isRestored: true
        ),
        version(2, "\u{1B}[31m漢字@example.org", 40 * day, 77_000),
    ]

    private static func version(
        _ revision: Revision, _ who: String, _ age: Milliseconds, _ size: Int64, device: String? = nil,
        _ conflict: FileVersion.Conflict? = nil, isCurrent: Bool = false, isRestored: Bool = false
    ) -> FileVersion {
        FileVersion(
            id: VersionID(high: 4, low: UInt64(revision)), revision: revision, size: size,
            sha256: Fingerprint(0, 0, 0, 1),
            modified: 0, createdAt: FakeEngine.now - age, createdBy: who, device: device, isCurrent: isCurrent,
            conflict: conflict, isRestored: isRestored)
    }

    /// Names that push at every border.
    static let hardNames = [
        "漢字の名前がここにあります長い長い長い長い名前.txt", "ハングル 한글 テスト.md", "👨‍👩‍👧‍👦 family.jpg", "❤️ heart.png",
        "1️⃣ keycap.txt", "🇩🇪🇫🇷 flags.txt", "👍🏽 tone.txt", "e\u{301}te\u{301} combining.txt",
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}algo.txt", "שלום עולם.txt", "مرحبا بالعالم.txt",
        "क्षत्रिय हिन्दी.txt", "rtl\u{202E}gpj.exe", "zero\u{200B}width.txt", "no\u{A0}break.txt", "half \u{1F1E9} flag",
        "back\\slash.txt", "ｆｕｌｌ　ｗｉｄｔｈ.txt",
        "a-very-long-name-that-does-not-fit-into-any-pane-of-any-terminal-that-people-use-every-day.tar.gz",
    ]

    static func hardNamesEngine() -> FakeEngine {
        let engine = engine()
        engine.set(.myFiles, hardNames.enumerated().map { .init(name: $1, size: Int64($0) * 12_345) })
        engine.set(
            .sharedWithMe,
            hardNames.enumerated().map {
                .init(name: $1, size: $0 % 2 == 0 ? nil : 7, owner: "漢字\u{202E}x@example.org", role: .viewer)
            })
        return engine
    }

    // MARK: Transfers

    static func transfer(
        _ number: UInt64, _ name: String, _ state: TransferState.State, done: Int64 = 0, of total: Int64 = 0,
        there: Int64 = 0, rate: Double = 0, direction: TransferState.Direction = .upload, isScanned: Bool = true,
        problem: Problem? = nil, retryIn: Milliseconds? = nil
    ) -> TransferState {
        var transfer = TransferState(
            id: TransferID(high: 7, low: number), direction: direction, state: state, name: name,
            local: LocalPath("/home/alice/" + name), remote: film.appending(try! NodeName(name)), filesTotal: 1,
            bytesTotal: total, bytesDone: done, bytesReused: there, isScanned: isScanned, bytesPerSecond: rate,
            lanes: 4,
            problem: problem, retryIn: retryIn)
        guard there > 0 else { return transfer }
        transfer.bytesExamined = total
        transfer.note = "stored as it is: a film is already compressed"
        return transfer
    }

    static let transfers = [
        transfer(
            1, "act-2-final.mov", .running, done: 47_200_000_000, of: 48_700_000_000, there: 44_800_000_000,
            rate: 26_500_000),
        transfer(
            2, "campaign-07.zip", .running, done: 2_000_000_000, of: 6_400_000_000, rate: 11_700_000,
            direction: .download),
        transfer(3, "act-3-final.mov", .queued, of: 22_400_000_000),
        transfer(
            4, "mail-archive.mbox", .retrying, done: 700_000_000, of: 2_200_000_000,
            problem: Problem(.serverUnreachable, "The server does not answer."), retryIn: 12_000),
        transfer(5, "vm-backup.qcow2", .paused, done: 25_000_000_000, of: 31_000_000_000),
    ]

    static func chunkMap(_ transfer: TransferID, cells: Int) -> ChunkMap {
        var states = Array(repeating: ChunkState.there, count: cells)
        func fill(_ state: ChunkState, _ from: Int, _ share: Int) {
            for index in cells * from / 100..<cells * (from + share) / 100 { states[index] = state }
        }
        fill(.sure, 35, 3)
        fill(.sure, 62, 8)
        fill(.unsure, 70, 1)
        fill(.moving, 71, 2)
        fill(.waiting, 73, 9)
        return ChunkMap(
            transfer: transfer, counts: [.there: 42_712, .sure: 2_310, .unsure: 48, .moving: 62, .waiting: 1_298],
            cells: states, bytesPerCell: 67_000_000, chunks: 46_430)
    }

    static let localNames: [(String, Int64?)] = [
        ("Documents", nil), ("Pictures", nil), ("old backups", nil), (".profile", 807),
        ("act-2-final.mov", 48_700_000_000),
        ("漢字.txt", 12), ("e\u{301}te\u{301}.md", 9_000), ("notes.md", 9_212), ("rtl\u{202E}gpj.exe", 55),
    ]

    static let access = [
        Access(
            path: path("film"),
            grant: Grant(
                id: ViewID(high: 1, low: 1), node: NodeID(high: 9, low: 1), email: "tom@example.org", role: .viewer,
                grantedAt: FakeEngine.now - 2 * day)),
        Access(
            path: .myFiles,
            grant: Grant(
                id: ViewID(high: 1, low: 2), node: NodeID(high: 9, low: 2), email: "mia\u{202E}@example.org",
                role: .editor,
                grantedAt: FakeEngine.now - 40 * day)),
    ]
}
