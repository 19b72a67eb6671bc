import SeededRandom

// Worlds that are out for one thing, and do it more often than chance would.
extension SimulationPlan {
    /// Of the seeds from here on a third are such worlds, and all of them are looked at more strictly. They still find what is
    /// to be mended; the others hold.
    package static let firstMean: UInt64 = 1 << 32

    /// Also what was only moved, and what was deleted before the first rest, is followed.
    var isStrict: Bool { seed >= Self.firstMean }

    /// So chosen that no seed of the corpus makes such a world: what they have found once they still find.
    static let meanSeed: UInt64 = 0x6D65_61AE

    mutating func beMean(_ random: inout SeededGenerator) {
        switch random.number(below: 8) {
        case 0: endBetween(&random)
        case 1:
            // Somebody is always just where the agent is.
            meanwhile = 3 + random.number(below: 10)
            atHand = 50 + random.number(below: 50)
        case 2:
            disk.noList = 2 + random.number(below: 10)
            disk.noListsMore = 1 + random.number(below: 6)
        case 3: watcher.overflow = 20 + random.number(below: 60)
        case 4:
            (rounds, sweeps) = (3, 1 + random.number(below: 2))
            guardedCount = 2 + random.number(below: 4)
        case 5:
            // Slow answers, and somebody who goes on writing.
            again = 30 + random.number(below: 50)
            (network.latency, network.late) = (2_000, 10 + random.number(below: 30))
        case 6:
            (backups, rounds) = (true, 2)
            network.outages = true
        default:
            network.lostAnswers = 20 + random.number(below: 60)
            network.outages = random.chance(50)
        }
    }

    /// Agents end when a piece of work is done, and nobody has told of it yet.
    private mutating func endBetween(_ random: inout SeededGenerator) {
        deathsBetween = 1 + random.number(below: 10)
        powerCuts = random.chance(70)
        if random.chance(50) { away = 300_000 }
        if random.chance(50) { pageRows = 1 + random.number(below: 3) }
    }
}
