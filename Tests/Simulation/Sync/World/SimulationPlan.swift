import PannierCore
import SeededRandom

/// What kind of world a seed makes. Each kind of fault is there in some worlds and not in others, so that none hides another.
package struct SimulationPlan: Sendable {
    static let start: Nanoseconds = 1_700_000_000_000_000_000

    package let seed: UInt64
    /// What pannier does wrong in this world, on purpose.
    package let mistake: Mistake?
    var machines: Int
    var rounds: Int
    /// What people do in a round.
    var deeds: Int
    var names: [[UInt8]]
    /// Names that differ only in spelling, or that cannot be kept: the sides may then differ for good.
    var isBlocked = false
    /// Of a hundred calls on a disk, those in the midst of which a person does something.
    var meanwhile = 0
    /// Of a hundred of those deeds, those that are about what the agent has looked at last.
    var atHand = 0
    /// Of a hundred deeds, those that are about what was written last.
    var again = 0
    /// How often in a round somebody removes nearly all there is.
    var sweeps = 0
    var network = NetworkPlan()
    var disk = DiskPlan()
    var watcher = WatcherPlan()
    /// Of a hundred chances, those at which an agent is killed; and whether the power goes with it.
    var kills = 0
    var powerCuts = false
    /// Of a hundred moments between two pieces of its work, those at which an agent is killed.
    var deathsBetween = 0
    /// For how long at most an agent stays away that was killed.
    var away: Milliseconds = 20_000
    var backups = false
    /// So many deletions in one plan wait for a person's word, where there are so few files; nil: as many as outside.
    var guardedCount: Int?
    /// Rows of one page.
    var pageRows = Limits.pageRows
    /// Milliseconds by which each machine's clock is wrong.
    var clockErrors: [Milliseconds] = []

    struct NetworkPlan: Sendable {
        var latency: Milliseconds = 20
        /// Of a hundred messages.
        var lostRequests = 0
        var lostAnswers = 0
        var late = 0
        var doubled = 0
        /// Of a hundred pieces that are fetched, those of which the end is missing.
        var cut = 0
        /// A machine is offline for a while now and then.
        var outages = false
        /// Of a hundred changes, those of which the others are told at once.
        var pushed = 90
        static let timeout: Milliseconds = 20_000
    }

    struct DiskPlan: Sendable {
        var noSpace = 0
        var noSync = 0
        var noList = 0
        var noListsMore = 0
        var halfList = 0
    }

    struct WatcherPlan: Sendable {
        var lost = 0
        var doubled = 0
        var overflow = 0
    }

    package init(seed: UInt64, mistake: Mistake? = nil) {
        self.seed = seed
        self.mistake = mistake
        var random = SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15)
        machines = [1, 2, 2, 2, 3, 3, 4][random.number(below: 7)]
        rounds = 1 + random.number(below: 2)
        deeds = 3 + random.number(below: 28)
        names = ["a", "b", "c", "d", "e"].map { Array($0.utf8) }
        if random.chance(10) {
            names = ["a", "b", "\u{E9}", "e\u{301}"].map { Array($0.utf8) } + [[0xFF]]
            isBlocked = true
        }
        if random.chance(30) { meanwhile = 1 + random.number(below: 5) }
        if random.chance(40) { chooseNetwork(&random) }
        if random.chance(25) { chooseDisk(&random) }
        if random.chance(25) { chooseWatcher(&random) }
        if random.chance(40) {
            kills = 1 + random.number(below: 10)
            powerCuts = random.chance(60)
        }
        backups = random.chance(4)
        if random.chance(30) { pageRows = 1 + random.number(below: 5) }
        clockErrors = (0..<machines).map { _ in
            random.chance(10) ? Milliseconds(random.number(below: 2_000_000_000) - 1_000_000_000) * 300 : 0
        }
        // Worlds without these are what they were before there were these.
        var later = SeededGenerator(seed: seed ^ 0x6C61_7465)
        if later.chance(20) { guardedCount = 2 + later.number(below: 6) }
        if later.chance(10) { network.cut = 1 + later.number(below: 20) }
        var last = SeededGenerator(seed: seed ^ Self.meanSeed)
        if seed >= Self.firstMean, last.chance(30) { beMean(&last) }
    }

    private mutating func chooseNetwork(_ random: inout SeededGenerator) {
        network.latency = [1, 20, 200, 2_000][random.number(below: 4)]
        if random.chance(50) { network.lostRequests = random.number(below: 20) }
        if random.chance(50) { network.lostAnswers = random.number(below: 20) }
        if random.chance(50) { network.late = random.number(below: 20) }
        if random.chance(50) { network.doubled = random.number(below: 30) }
        network.outages = random.chance(40)
        if random.chance(30) { network.pushed = random.number(below: 100) }
    }

    private mutating func chooseDisk(_ random: inout SeededGenerator) {
        if random.chance(40) { disk.noSpace = random.number(below: 20) }
        if random.chance(40) { disk.noSync = random.number(below: 20) }
        if random.chance(40) { disk.noList = random.number(below: 20) }
        if random.chance(40) { disk.halfList = random.number(below: 20) }
    }

    private mutating func chooseWatcher(_ random: inout SeededGenerator) {
        if random.chance(50) { watcher.lost = random.number(below: 30) }
        if random.chance(50) { watcher.doubled = random.number(below: 30) }
        if random.chance(50) { watcher.overflow = random.number(below: 10) }
    }
}
