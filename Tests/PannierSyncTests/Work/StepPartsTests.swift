import PannierCore
import PannierMirror
import Testing

@testable import PannierSync

@Suite struct StepPartsTests {
    /// What is to be put out of the way is written down before, and counts as being there from then on.
    @Test func whatIsPutOutOfTheWayIsNotThereBefore() {
        func delete(_ local: Int64) -> PlanStep { .deleteHere(LocalID(local), .random(), nil) }
        func park(_ local: Int64) -> PlanStep { .parkHere(LocalID(local)) }
        let (inside, other) = (delete(3), delete(5))
        #expect(
            SyncWork.parts(of: [inside, park(2), park(4), other, park(6)])
                == [[inside], [park(2), park(4), other], [park(6)]])
        #expect(SyncWork.parts(of: [inside, other]) == [[inside, other]])
        #expect(SyncWork.parts(of: []) == [])
    }
}
