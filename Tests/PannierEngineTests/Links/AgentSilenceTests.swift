import PannierEngine
import Testing

@Suite struct AgentSilenceTests {
    private let start = ContinuousClock.now

    /// Looks every two seconds, and what came of each.
    private func looks(_ silence: inout AgentSilence, _ seconds: StrideThrough<Int>) -> [AgentSilence.Action] {
        seconds.map { silence.look(at: start + .seconds($0)) }
    }

    @Test func isToldOnceAndGivenUp() {
        var silence = AgentSilence(now: start)
        #expect(looks(&silence, stride(from: 2, through: 4, by: 2)) == [.wait, .tell])
        #expect(looks(&silence, stride(from: 6, through: 28, by: 2)).allSatisfy { $0 == .wait })
        #expect(looks(&silence, stride(from: 30, through: 30, by: 2)) == [.giveUp])
    }

    @Test func aWordBeginsANewSilence() {
        var silence = AgentSilence(now: start)
        _ = looks(&silence, stride(from: 2, through: 20, by: 2))
        silence.heard()
        #expect(looks(&silence, stride(from: 22, through: 24, by: 2)) == [.wait, .tell])
        #expect(looks(&silence, stride(from: 26, through: 48, by: 2)).allSatisfy { $0 == .wait })
        #expect(looks(&silence, stride(from: 50, through: 50, by: 2)) == [.giveUp])
    }

    /// Ctrl-Z, or a closed lid: the agent could not be heard.
    @Test func aPauseOfThisSideIsNoSilence() {
        var silence = AgentSilence(now: start)
        #expect(silence.look(at: start + .seconds(2)) == .wait)
        #expect(silence.look(at: start + .seconds(3_600)) == .tell)
        silence.heard()
        #expect(silence.look(at: start + .seconds(3_602)) == .wait)
    }
}
