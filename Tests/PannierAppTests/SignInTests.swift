import PannierApp
import PannierCore
import PannierScreen
import Testing

/// From an address to an open session.
@Suite("Signing in")
struct SignInTests {
    @Test("Sign-in: the server is looked for, then the password goes")
    func signIn() {
        var harness = Harness(isOpen: false)
        harness.take(.link(.opened))
        harness.tell(.status(FakeEngine.status(.signedOut)))
        #expect(harness.model.context == .signIn)
        harness.type("alice@example.org")
        harness.press(.enter)
        harness.type("secret")
        #expect(!harness.lines.contains { $0.contains("secret") })
        harness.press(.enter)
        guard case .signIn(let request)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(request.email == "alice@example.org" && request.password == "secret")
        #expect(harness.model.context == .panes)
    }

    @Test("Sign-in: a whole address that is typed or pasted takes the place of the beginning that stands there")
    func wholeAddress() {
        var harness = Harness(isOpen: false)
        harness.take(.link(.opened))
        harness.tell(.status(FakeEngine.status(.signedOut)))
        harness.press(.backTab, .control("u"))
        harness.type("https://http://127.0.0.1:80")
        #expect(harness.lines.contains { $0.contains(" http://127.0.0.1:80") })
        harness.press(.control("u"), .paste("https://https://files.example.org"))
        #expect(harness.lines.contains { $0.contains(" https://files.example.org") })
    }
}
