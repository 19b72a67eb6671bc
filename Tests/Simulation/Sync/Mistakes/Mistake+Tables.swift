import GRDB

// Mistakes that are planted in the tables: a trigger forgets, or writes something else.
extension Mistake {
    private static let prefix = "mistake_"

    func plant(inMirror database: Database) throws {
        for (number, statement) in mirrorStatements.enumerated() {
            try database.execute(sql: statement.replacing("$trigger", with: "\(Self.prefix)\(number)"))
        }
    }

    func plant(inService database: Database) throws {
        guard let serviceStatement else { return }
        try database.execute(sql: serviceStatement.replacing("$trigger", with: "\(Self.prefix)0"))
    }

    static func uproot(from database: Database) throws {
        for kind in ["trigger", "table"] {
            let names = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = ? AND name LIKE '\(prefix)%'",
                arguments: [kind])
            for name in names { try database.execute(sql: "DROP \(kind) \(name)") }
        }
    }

    private var mirrorStatements: [String] {
        switch self {
        case .forgetsBase:
            [
                "CREATE TRIGGER $trigger AFTER INSERT ON sync_agreed BEGIN DELETE FROM sync_agreed WHERE node = NEW.node; END"
            ]
        case .keepsOldDigest:
            [
                """
                CREATE TRIGGER $trigger AFTER UPDATE OF sha256 ON sync_local
                WHEN OLD.sha256 IS NOT NULL AND NEW.sha256 IS NULL AND NEW.size = OLD.size
                BEGIN UPDATE sync_local SET sha256 = OLD.sha256 WHERE number = NEW.number; END
                """
            ]
        case .forgetsWhatChanged:
            [
                """
                CREATE TRIGGER $trigger AFTER INSERT ON sync_changed_locals WHEN NEW.local % 5 = 0
                BEGIN DELETE FROM sync_changed_locals WHERE local = NEW.local; END
                """
            ]
        case .parksWithoutIntent:
            // What the disk says of a file that was moved has another time.
            [
                """
                CREATE TRIGGER $trigger AFTER UPDATE OF is_parked ON sync_local
                WHEN NEW.is_parked = 1 AND OLD.is_parked = 0 AND NEW.kind = 1 AND NEW.changed = OLD.changed
                BEGIN UPDATE sync_local SET is_parked = 0 WHERE number = NEW.number; END
                """
            ]
        case .forgetsParkedNodes:
            [
                """
                CREATE TRIGGER $trigger AFTER INSERT ON sync_parked_nodes
                BEGIN DELETE FROM sync_parked_nodes WHERE node = NEW.node; END
                """
            ]
        case .agreesWhenQueued:
            [
                """
                CREATE TRIGGER $trigger AFTER INSERT ON transfer_items
                WHEN EXISTS (SELECT 1 FROM sync_agreed WHERE node = NEW.node AND local = NEW.local) BEGIN
                    UPDATE sync_local SET sha256 = (SELECT sha256 FROM sync_agreed WHERE node = NEW.node)
                    WHERE number = NEW.local;
                    UPDATE sync_agreed SET size = (SELECT size FROM sync_local WHERE number = NEW.local)
                    WHERE node = NEW.node;
                END
                """
            ]
        case .forgetsWhatIsToList:
            [
                "CREATE TRIGGER $trigger AFTER INSERT ON frontier BEGIN DELETE FROM frontier WHERE folder = NEW.folder; END"
            ]
        case .ignoresGuard: Self.consentingToAll(when: "")
        case .keepsConsent:
            Self.keepingConsent + Self.consentingToAll(when: "AND EXISTS (SELECT 1 FROM mistake_consent)")
        case .widensConsent:
            [
                """
                CREATE TRIGGER $trigger AFTER INSERT ON sync_consent BEGIN
                    INSERT INTO sync_consent (side, node, at) SELECT NEW.side, node, NEW.at FROM sync_agreed WHERE TRUE
                    ON CONFLICT DO NOTHING;
                END
                """
            ]
        default: []
        }
    }

    /// Of what was agreed on, all that one of the sides may lack.
    private static func consentingToAll(when condition: String) -> [String] {
        [
            """
            CREATE TRIGGER $trigger AFTER INSERT ON sync_changed_nodes
            WHEN EXISTS (SELECT 1 FROM sync_agreed WHERE node = NEW.node) \(condition) BEGIN
                INSERT OR REPLACE INTO sync_consent (side, node, at)
                VALUES (0, NEW.node, 1700000000000000000), (1, NEW.node, 1700000000000000000);
            END
            """
        ]
    }

    /// It is known that there was a word.
    private static let keepingConsent = [
        "CREATE TABLE mistake_consent (one INTEGER PRIMARY KEY)",
        """
        CREATE TRIGGER $trigger AFTER INSERT ON sync_consent BEGIN
            INSERT OR IGNORE INTO mistake_consent (one) VALUES (1);
        END
        """,
    ]

    private var serviceStatement: String? {
        switch self {
        case .leavesGapInJournal:
            """
            CREATE TRIGGER $trigger AFTER INSERT ON journal WHEN NEW.revision % 50 = 0
            BEGIN DELETE FROM journal WHERE revision = NEW.revision; END
            """
        case .dropsOldVersions:
            """
            CREATE TRIGGER $trigger AFTER INSERT ON versions
            BEGIN DELETE FROM versions WHERE node = NEW.node AND id <> NEW.id; END
            """
        default: nil
        }
    }
}
