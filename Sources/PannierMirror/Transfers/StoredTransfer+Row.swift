internal import Foundation
internal import GRDB
internal import PannierCore

extension StoredTransfer {
    /// A new one, to be inserted.
    init(
        id: TransferID = .random(), local: LocalPath, goal: Goal, copy: CopyAcross? = nil, name: String,
        sources: Int64 = 1
    ) {
        self.init(
            number: 0, id: id, local: local, goal: goal, copy: copy, name: name, sources: sources, state: .waiting,
            isScanned: false, counts: TransferCounts(), partial: PartialProgress(), problem: nil)
    }

    func insert(into database: Database) throws {
        var target = copy?.target
        var source: String?
        var isFixed = false
        switch goal {
        case .upload(let goal): target = goal
        case .download(let download): (source, isFixed) = (try download.node.map(SQLText.json), download.isFixed)
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO transfers
                    (id, direction, state, local, remote, name, namespace, folder, target_name, source, base_revision,
                     source_count, copied_from, sync_folder, is_fixed, place)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT ifnull(max(place), 0) + 1 FROM transfers))
                """
        ).execute(arguments: [
            Data(id.bytes), direction.rawValue, state.rawValue, Data(local.bytes), try SQLText.json(remote), name,
            target.map { Data($0.namespace.bytes) }, target.map { Data($0.folder.bytes) },
            target?.name.map { Data($0.bytes) }, source, target?.baseRevision, sources,
            try copy.map { try SQLText.json($0.from) }, syncFolder.map { Data($0.bytes) }, isFixed,
        ])
    }

    static func fetch(
        _ database: Database, _ condition: String, _ arguments: StatementArguments, limit: Int = -1
    ) throws -> [StoredTransfer] {
        let rows = try GRDB.Row.fetchCursor(
            database.cachedStatement(sql: "SELECT * FROM transfers WHERE \(condition) ORDER BY place LIMIT \(limit)"),
            arguments: arguments)
        var transfers: [StoredTransfer] = []
        while let row = try rows.next() { transfers.append(try StoredTransfer(row)) }
        return transfers
    }

    private init(_ row: GRDB.Row) throws {
        let remote = try SQLText.value(RemotePath.self, row["remote"])
        var copy = try (row["copied_from"] as String?).map { from in
            CopyAcross(from: try SQLText.value(RemotePath.self, from), target: try UploadTarget(row, remote))
        }
        copy?.isPlaced = row["is_placed"]
        let goal: Goal
        switch try SQLText.parse(row["direction"], TransferState.Direction.init(rawValue:)) {
        case .upload: goal = .upload(try UploadTarget(row, remote))
        case .download:
            let node = try (row["source"] as String?).map { try SQLText.value(Node.self, $0) }
            goal = .download(DownloadSource(node: node, remote: copy?.from ?? remote, isFixed: row["is_fixed"]))
        }
        var counts = TransferCounts()
        counts.filesTotal = row["files_total"]
        counts.filesDone = row["files_done"]
        counts.filesFailed = row["files_failed"]
        counts.foldersFailed = row["folders_failed"]
        for kind in SkippedItems.Kind.allCases { counts.skipped[kind] = row["\(kind.rawValue)s_skipped"] }
        counts.bytesTotal = row["bytes_total"]
        counts.bytesDone = row["bytes_done"]
        counts.bytesReused = row["bytes_reused"]
        counts.bytesMoved = row["bytes_moved"]
        self.init(
            number: row["number"], id: try SQLText.identifier(row["id"]),
            local: LocalPath(bytes: [UInt8](row["local"] as Data)), goal: goal, copy: copy, name: row["name"],
            sources: row["source_count"],
            state: try SQLText.parse(row["state"], State.init(rawValue:)), isScanned: row["is_scanned"], counts: counts,
            partial: PartialProgress(done: row["partial_done"], moved: row["partial_moved"]),
            acknowledged: row["bytes_acknowledged"], ran: row["ran_milliseconds"],
            problem: try (row["problem"] as String?).map { try SQLText.value(Problem.self, $0) }, place: row["place"],
            syncFolder: (row["sync_folder"] as Data?).map { LocalPath(bytes: [UInt8]($0)) })
    }
}

extension UploadTarget {
    fileprivate init(_ row: GRDB.Row, _ remote: RemotePath) throws {
        self.init(
            namespace: try SQLText.identifier(row["namespace"]), folder: try SQLText.identifier(row["folder"]),
            name: try (row["target_name"] as Data?).map { try NodeName(bytes: [UInt8]($0)) }, remote: remote,
            baseRevision: row["base_revision"])
    }
}

extension TransferCounts {
    /// Adds this to a transfer's counters on the disk.
    func add(to number: Int64, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE transfers SET files_total = files_total + ?, files_done = files_done + ?,
                    files_failed = files_failed + ?, folders_failed = folders_failed + ?, bytes_total = bytes_total + ?,
                    bytes_done = bytes_done + ?, bytes_reused = bytes_reused + ?, bytes_moved = bytes_moved + ?
                WHERE number = ?
                """
        ).execute(arguments: [
            filesTotal, filesDone, filesFailed, foldersFailed, bytesTotal, bytesDone, bytesReused, bytesMoved,
            number,
        ])
        for kind in SkippedItems.Kind.allCases where skipped[kind] != 0 {
            let column = "\(kind.rawValue)s_skipped"
            try database.cachedStatement(sql: "UPDATE transfers SET \(column) = \(column) + ? WHERE number = ?")
                .execute(arguments: [skipped[kind], number])
        }
    }
}

/// How values stand in columns. A column that holds something else is damage, never a crash.
enum SQLText {
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try WireJSON.decode(type, from: Data(text.utf8))
    }

    static func identifier<Kind>(_ data: Data) throws -> Identifier<Kind> {
        try parse(data) { Identifier(bytes: $0) }
    }

    static func fingerprint(_ data: Data) throws -> Fingerprint { try parse(data) { Fingerprint(bytes: $0) } }

    static func parse<Column, Value>(_ column: Column, _ make: (Column) -> Value?) throws -> Value {
        guard let value = make(column) else {
            throw Problem(.mirrorDamaged, "A row of pannier's own database cannot be read.")
        }
        return value
    }
}
