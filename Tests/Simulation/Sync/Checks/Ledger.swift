import DiskSimulation
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

/// What people have written, what pannier has moved out of their sight, and what they have touched: by it is known what must
/// be somewhere, and what must be gone. Contents are told apart by their bytes; no two files are written with the same but
/// by copying.
struct Ledger {
    enum Deed { case deleted, moved, other }

    /// What anybody has ever written, each file as a whole.
    private var written: Set<[UInt8]> = []
    /// Of these, since the last rest.
    private(set) var new: Set<[UInt8]> = []
    /// Pannier has taken it out of somebody's sight.
    private var taken: Set<[UInt8]> = []
    /// It stood on a disk when nobody did anything any more.
    private(set) var held: Set<[UInt8]> = []
    /// The power went before it was durable.
    private var excused: Set<[UInt8]> = []
    /// Since the last rest.
    private(set) var deeds: [[UInt8]: Set<Deed>] = [:]
    private var deletedOn: [[UInt8]: Set<Int>] = [:]
    /// Of what was deleted, what both sides had agreed on.
    private(set) var deletedKnown: Set<[UInt8]> = []
    /// It stood on a disk, and was current on the server, when that was restored.
    private(set) var heldAtRestore: Set<[UInt8]> = []
    private(set) var cutMachines: Set<Int> = []
    /// What came out of a place when something that was fetched got it, and has not been looked at yet; by machine.
    private var exchanged: [Int: [TreePath: [UInt8]]] = [:]
    /// What went from its place into quarantine, and has not been looked at yet; by machine.
    private var lifted: [Int: [TreePath: [UInt8]]] = [:]
    /// Whoever removed that place just then, or put something there, has meant it; it is kept all the same.
    private(set) var meant: Set<[UInt8]> = []
    var isRestored = false

    // MARK: What happens

    /// - Parameter isKnown: both sides had agreed on it on that machine.
    mutating func delete(_ bytes: [UInt8], _ machine: Int, isKnown: Bool) {
        touch(bytes, machine, .deleted)
        if isKnown { deletedKnown.insert(bytes) }
    }

    mutating func write(_ bytes: [UInt8]) {
        // By chance the same as another one: whose deed is whose cannot be told.
        if !written.insert(bytes).inserted { deeds[bytes, default: []].insert(.other) }
        new.insert(bytes)
    }

    mutating func touch(_ bytes: [UInt8], _ machine: Int, _ deed: Deed) {
        deeds[bytes, default: []].insert(deed)
        if deed == .deleted { deletedOn[bytes, default: []].insert(machine) }
    }

    /// An edit wins over a deletion: until it is sent the file shows what was deleted, and stays so if the edit is deleted, too.
    mutating func revive(_ nodes: [ItemResult<Node>], _ machine: Int) {
        let digests = nodes.compactMap { if case .done(let node) = $0 { node.content?.sha256 } else { nil } }
        guard !digests.isEmpty else { return }
        for bytes in written where digests.contains(SHA256Digest.of(bytes)) { touch(bytes, machine, .other) }
    }

    /// - Throws: ``Broken``: pannier shows something that is not whole, or removes something for good.
    mutating func take(_ change: DiskChange, _ machine: Int) throws {
        note(exchange: change, machine)
        guard change.isByPannier else { return }
        let words = "machine \(machine): what stands at"
        for part in change.parts {
            if let new = part.new, !part.path.isOwn, !written.contains(new.bytes), !new.bytes.isEmpty {
                throw Broken("\(words) \(part.path.text) now was written by nobody")
            }
            guard let old = part.old, part.path.isKept else { continue }
            guard change.parts.contains(where: { $0.new?.bytes == old.bytes }) else {
                throw Broken("\(words) \(part.path.text) is removed for good")
            }
        }
        let stays = change.parts.filter { !$0.path.isOwn }.compactMap(\.new?.bytes)
        // It puts back what it has just taken.
        let before = taken
        taken.subtract(stays)
        for part in change.parts {
            if !part.path.isOwn, let old = part.old, !stays.contains(old.bytes) { taken.insert(old.bytes) }
            guard !part.path.isOwn, let new = part.new, change.parts.contains(where: { $0.path.isIncoming }) else {
                continue
            }
            if !new.isDurable, !before.contains(new.bytes) {
                throw Broken("\(words) \(part.path.text) now is not durable")
            }
        }
    }

    private mutating func note(exchange change: DiskChange, _ machine: Int) {
        let places = change.parts.filter { !$0.path.isOwn }
        guard change.isByPannier else {
            for part in places {
                let bytes =
                    part.new == nil && part.old != nil
                    ? exchanged[machine]?[part.path]
                    : part.old == nil && part.new != nil ? lifted[machine]?[part.path] : nil
                guard let bytes else { continue }
                meant.insert(bytes)
                touch(bytes, machine, part.new == nil ? .deleted : .other)
            }
            return
        }
        exchanged[machine] = [:]
        lifted[machine] = [:]
        if change.parts.contains(where: { $0.path.starts(with: OwnPart.quarantine) && $0.new != nil }) {
            for part in places where part.new == nil { lifted[machine]?[part.path] = part.old?.bytes }
        }
        guard change.parts.contains(where: { $0.path.isIncoming && $0.old != nil && $0.new != nil }) else { return }
        for part in places { exchanged[machine]?[part.path] = part.old?.bytes }
    }

    /// Nothing goes wrong from now on: what is there now stays known.
    mutating func hold(_ machine: SimulatedMachine) {
        machine.disk.walk { path, found in if found.isFile, !path.isOwn { held.insert(found.bytes) } }
    }

    /// The server is as it was at its backup: what was written since stands on disks alone.
    /// - Parameter heads: what it showed until then.
    mutating func restore(_ machines: [SimulatedMachine], heads: Set<[UInt8]>) {
        isRestored = true
        // What was held at an earlier one, and is not any more, was done with since.
        heldAtRestore = []
        for machine in machines {
            machine.disk.walk { path, found in
                if found.isFile, !path.isOwn, heads.contains(found.bytes) { heldAtRestore.insert(found.bytes) }
            }
        }
    }

    /// What was not durable may be gone, and is nobody's fault.
    mutating func cutPower(_ machine: SimulatedMachine, _ random: inout SeededGenerator) {
        var before: [[UInt8]: Bool] = [:]
        machine.disk.walk { _, found in
            if found.isFile { before[found.bytes] = found.isDurable || before[found.bytes] == true }
        }
        machine.disk.cutPower(&random)
        var after: Set<[UInt8]> = []
        machine.disk.walk { _, found in after.insert(found.bytes) }
        for (bytes, isDurable) in before where !isDurable && !after.contains(bytes) { excused.insert(bytes) }
        cutMachines.insert(machine.number)
    }

    /// All is at rest, and was compared.
    mutating func rest() {
        held = []
        new = []
        deeds = [:]
        deletedOn = [:]
        deletedKnown = []
        heldAtRestore = []
        cutMachines = []
        isRestored = false
    }

    // MARK: What must be

    /// Of what must be somewhere, what is not.
    func missing(from found: Set<[UInt8]>) -> [[UInt8]] {
        taken.union(held).filter { !found.contains($0) && !excused.contains($0) && !$0.isEmpty }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// It was deleted, nothing else was done with it, and no power cut has brought it back.
    func isDeleted(_ bytes: [UInt8]) -> Bool {
        deeds[bytes] == [.deleted] && !isRestored && deletedOn[bytes]?.isDisjoint(with: cutMachines) == true
    }

    /// The power went before it was durable.
    func isExcused(_ bytes: [UInt8]) -> Bool { excused.contains(bytes) }

    /// Nobody has done more with it than to move it.
    func isKept(_ bytes: [UInt8]) -> Bool { deeds[bytes, default: []].isSubset(of: [.moved]) }

    func isUntouched(_ bytes: [UInt8]) -> Bool { deeds[bytes] == nil && !isRestored }
}

extension TreePath {
    var isIncoming: Bool { starts(with: OwnPart.incoming) }
    /// A person's, or kept for them.
    var isKept: Bool { !isOwn || starts(with: OwnPart.quarantine) }
    var text: String { "“\(String(decoding: self, as: UTF8.self))”" }
}
