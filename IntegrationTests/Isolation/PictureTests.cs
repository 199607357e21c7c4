namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The picture of what is declared, in the docs.</summary>
[TestClass]
public sealed class PictureTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-03")]
    public async Task The_picture_in_the_docs_is_what_the_AppHost_declares()
    {
        var declared = DeclaredReachability.Of(new ObservedStack(Stack.Application).Model);
        var columns = declared.Containers.Select(static c => c.Container).ToList();
        var rows = declared.Containers.SelectMany(to => to.Networks.Select(n => (
            $"{to.Container} on {n.Name}",
            (IReadOnlyList<(PictureCell, string)>)[.. columns.Select(from => Cell(from, to.Container, n.Name, declared.Allows(from, n)))])));
        var outside = declared.Containers.Select(static c => c.Networks.Any(static n => !n.IsInternal) ? (PictureCell.Reached, $"{c.Container} → outside") : (PictureCell.Apart, $"{c.Container} ↛ outside"));
        var picture = MatrixPicture.Draw(columns, [.. rows, ("outside", [.. outside])]);
        new Findings([], "What the AppHost declares", picture).Show(TestContext, "isolation");

        var kept = Path.Combine(Repository.Root, "docs", "isolation.svg");
        Assert.IsTrue(File.Exists(kept), $"'{kept}' is missing; it is the picture kept with this test's results.");
        Assert.AreEqual(picture, await File.ReadAllTextAsync(kept, Cancel), "The model has changed: the picture kept with this test's results is the new docs/isolation.svg. Look at the difference.");
    }

    private static (PictureCell Cell, string Title) Cell(string from, string to, string network, bool allowed)
        => from == to ? (PictureCell.Own, from) : allowed ? (PictureCell.Reached, $"{from} → {to} on {network}") : (PictureCell.Apart, $"{from} ↛ {to} on {network}");
}
