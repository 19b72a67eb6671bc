/// A seed that has failed once, and what it has found. It is run before all others: what was mended stays so.
package struct CorpusSeed: Sendable {
    package let seed: UInt64
    package let found: String

    private init(_ seed: UInt64, _ found: String) {
        self.seed = seed
        self.found = found
    }

    package static let all = [
        CorpusSeed(1_991, "another file had its node's place, and its content was sent anew over another's edit"),
        CorpusSeed(2_031, "what was changed, and changed back before it was read, was sent over another's edit"),
        CorpusSeed(6_499, "what was in quarantine, and told, was thought to be gone"),
        CorpusSeed(
            SimulationPlan.firstMean + 215,
            "what was about to be put out of the way counted as there, and what was to be deleted in it as gone"),
        CorpusSeed(91, "what was new in a folder that was out of the way kept it there for ever"),
        CorpusSeed(2_897, "what was new in a folder that lies in one that was out of the way kept it there for ever"),
        CorpusSeed(2_311, "a commit that was refused came once more, late, and was written over something newer"),
        CorpusSeed(14, "people in the midst of an agent's work had no end"),
        CorpusSeed(23, "a folder was deleted here while a file in it was known, whose row then had no folder for ever"),
        CorpusSeed(86, "the same, of folders"),
        CorpusSeed(
            119, "somebody wrote to a file just as it had changed places with what was fetched, and that was not seen"),
        CorpusSeed(132, "a folder was deleted here while a file in it was known"),
        CorpusSeed(138, "a folder was deleted here while a file in it was known"),
        CorpusSeed(
            196, "a file that was gone before it could be put out of the way was thought to be out of the way for ever"),
        CorpusSeed(96, "a save that keeps a backup writes over the last one: the ledger did not know"),
        CorpusSeed(225, "a save that keeps a backup writes over the last one: the ledger did not know"),
        CorpusSeed(379, "pairing asked once more for durability that had failed, and a power cut took the marker away"),
        CorpusSeed(372, "pairing asked once more for durability that had failed, and a power cut took the marker away"),
        CorpusSeed(895, "pairing asked once more for durability that had failed, and a power cut took the marker away"),
        CorpusSeed(896, "pairing asked once more for durability that had failed, and a power cut took the marker away"),
        CorpusSeed(
            642, "a commit asked once more was answered with what another device had sent, and that was taken for ours"),
        CorpusSeed(
            1_307,
            "a commit asked once more was answered with what another device had sent, and that was taken for ours"),
        CorpusSeed(752, "names that the disk had lost stayed lost, whatever else was written to their folder"),
        CorpusSeed(1_363, "the same revision after a restore from a backup was taken for the same place"),
        CorpusSeed(84, "a version of a file that lives elsewhere was thought to be replaced without a word"),
        CorpusSeed(77, "a version of a file that lives elsewhere was thought to be replaced without a word"),
        CorpusSeed(206, "a new folder that had the number of a deleted file of its name was taken for the file"),
        CorpusSeed(
            2_256, "a commit's answer that crossed with a restore from a backup was taken for news of the new epoch"),
        CorpusSeed(2_292, "what was put out of the way by work that ended just then was never as it was known"),
        CorpusSeed(2_841, "all was said to be the same while a file that had failed was still to be read"),
        CorpusSeed(1_191, "somebody was told to have waited for all while a file was still to be looked at"),
        CorpusSeed(1_825, "a failing disk had lost the marker, and nobody chose the folder again"),
        CorpusSeed(
            914,
            "what was replaced, in a folder that could not be looked at twice, made the new file give way as a conflict"
        ),
        CorpusSeed(846, "what somebody had put there since was put out of the way as the file that was known there"),
        CorpusSeed(623, "what somebody had put there since was put out of the way as the file that was known there"),
        CorpusSeed(
            104, "what somebody had saved just then in the place of a file that was moved was taken away with it"),
    ]
}
