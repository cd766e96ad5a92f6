package quotient.models.molecule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.io.FormatException;

class TextFilesTest {
  @TempDir Path folder;

  private static List<SmilesFile.Entry> entries(String text, Optional<SmilesFile.Layout> layout)
      throws IOException {
    List<SmilesFile.Entry> out = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (SmilesFile file = SmilesFile.open("in", new ByteArrayInputStream(bytes), layout)) {
      for (Optional<SmilesFile.Entry> e = file.next(); e.isPresent(); e = file.next()) {
        out.add(e.get());
      }
    }
    return out;
  }

  @Test
  void smilesLinesHaveNamesOrLineNumbers() throws IOException {
    List<SmilesFile.Entry> list =
        entries("CCO ethanol\n\n  C#N\t hydrogen cyanide, 2 \n#no comment\r\nO", Optional.empty());
    assertEquals(
        List.of(
            new SmilesFile.Entry("CCO", "ethanol", 1),
            new SmilesFile.Entry("C#N", "hydrogen cyanide, 2", 3),
            new SmilesFile.Entry("#no", "comment", 4),
            new SmilesFile.Entry("O", "line-5", 5)),
        list);
  }

  @Test
  void tablesAreReadByHeading() throws IOException {
    String text = "id,\"the name\",smi\n1,\"a \"\"b\"\", c\",CCO\n2,,C\n3,\"two\nlines\",N\n";
    SmilesFile.Layout layout = new SmilesFile.Layout(',', "smi", Optional.of("the name"));
    assertEquals(
        List.of(
            new SmilesFile.Entry("CCO", "a \"b\", c", 2),
            new SmilesFile.Entry("C", "line-3", 3),
            new SmilesFile.Entry("N", "two lines", 4)),
        entries(text, Optional.of(layout)));
    SmilesFile.Layout tabs = new SmilesFile.Layout('\t', "smi", Optional.empty());
    assertEquals(
        List.of(new SmilesFile.Entry("CCO", "line-2", 2)),
        entries("smi\tx\nCCO\t1,2\n", Optional.of(tabs)));
  }

  @Test
  void tableErrorsNameTheColumn() {
    SmilesFile.Layout layout = new SmilesFile.Layout(',', "SMILES", Optional.empty());
    FormatException missing =
        assertThrows(FormatException.class, () -> entries("a,b\n1,2\n", Optional.of(layout)));
    assertEquals(
        "SmilesFile: in line 1: no column \"SMILES\"; the columns are [a, b]",
        missing.getMessage());
    FormatException cells =
        assertThrows(FormatException.class, () -> entries("a,SMILES\n1\n", Optional.of(layout)));
    assertTrue(cells.getMessage().contains("expected 2 cells, found 1"), cells.getMessage());
    assertThrows(FormatException.class, () -> entries("a,SMILES\n1,\"CC\n", Optional.of(layout)));
  }

  @Test
  void xyzFramesSurviveARoundTrip() throws IOException {
    List<SdfRecord> records = Sample.recorded().subList(0, 20);
    Path file = folder.resolve("out.xyz.gz");
    try (XyzFile.Writer writer = XyzFile.Writer.create(file, false)) {
      for (SdfRecord r : records) {
        writer.write(r.molecule(), r.coordinates(), 0, Map.of());
      }
      writer.commit();
    }
    List<XyzFile.Frame> frames = XyzFile.readAll(file);
    assertEquals(records.size(), frames.size());
    for (int k = 0; k < frames.size(); k++) {
      assertArrayEquals(records.get(k).coordinates(), frames.get(k).coordinates(), 1e-6f);
      assertEquals(records.get(k).molecule().atomicNumber(0), frames.get(k).atomicNumbers()[0]);
    }
  }

  @Test
  void xyzCommentsAreInTheExtendedForm() throws IOException {
    Molecule m = Sample.graph("H H", "0-1").withTitle("a \"b\" \\ c");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, String> more = new LinkedHashMap<>();
    more.put("conformer", "1");
    more.put("sampler", "two words");
    try (XyzFile.Writer writer = XyzFile.Writer.of(out)) {
      writer.write(m, new float[] {9, 9, 9, 0, 0, 0, 0.74f, 0, 0}, 1, more);
      writer.commit();
    }
    assertEquals(
        """
        2
        Properties=species:S:1:pos:R:3 name="a \\"b\\" \\\\ c" conformer=1 sampler="two words" \
        pbc="F F F"
        H 0.000000 0.000000 0.000000
        H 0.740000 0.000000 0.000000
        """,
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void xyzErrorsNameTheLine() throws IOException {
    Path file = folder.resolve("bad.xyz");
    Files.writeString(file, "2\nc\nH 0 0 0\nH 0 0 zero\n");
    FormatException error = assertThrows(FormatException.class, () -> XyzFile.readAll(file));
    assertTrue(error.getMessage().contains("bad.xyz line 4"), error.getMessage());
    Files.writeString(file, "2\nc\nH 0 0 0\n");
    assertThrows(FormatException.class, () -> XyzFile.readAll(file));
    Files.writeString(file, "two\nc\nH 0 0 0\n");
    assertThrows(FormatException.class, () -> XyzFile.readAll(file));
  }
}
