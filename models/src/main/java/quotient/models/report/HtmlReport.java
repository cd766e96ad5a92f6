package quotient.models.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import quotient.models.io.AtomicFile;

/// A page that explains one result: built from sections, written as a single offline file.
///
/// The file holds its data, styles and scripts; its content-security policy forbids any request. The
/// molecule viewer (3Dmol.js) is most of its size and can be left out: molecules are then drawn by a
/// plain canvas. *Confined.*
public final class HtmlReport {
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private final String title;
  private final String subtitle;
  private final List<Section> sections = new ArrayList<>();
  private final List<String[]> highlights = new ArrayList<>();
  private boolean viewer = true;

  /// @param title of the page, for instance `quotient demo`
  /// @param subtitle what was done, in a sentence
  public HtmlReport(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle;
  }

  /// Adds a figure that stands in large type at the top.
  public HtmlReport highlight(String name, String value) {
    highlights.add(new String[] {name, value});
    return this;
  }

  /// Adds a section at the end.
  public HtmlReport add(Section section) {
    sections.add(section);
    return this;
  }

  /// Leaves the molecule viewer out, which makes the file half a megabyte smaller.
  public HtmlReport withoutViewer() {
    viewer = false;
    return this;
  }

  /// Writes the page, replacing a file of that name.
  public void write(Path file) throws IOException {
    AtomicFile.write(file, html().getBytes(StandardCharsets.UTF_8));
  }

  /// The page as text.
  public String html() throws IOException {
    boolean molecules = sections.stream().anyMatch(s -> s instanceof Section.Gallery);
    boolean charts = sections.stream().anyMatch(s -> s instanceof Section.Chart);
    StringBuilder scripts = new StringBuilder();
    StringBuilder styles = new StringBuilder();
    StringBuilder licences = new StringBuilder();
    if (charts) {
      styles.append(resource("uPlot.min.css")).append('\n');
      scripts.append(script(resource("uPlot.iife.min.js")));
      licences.append(licence("uPlot 1.6.32 (MIT)", "uPlot.LICENSE.txt"));
    }
    if (molecules && viewer) {
      scripts.append(script(resource("3Dmol-min.js")));
      licences.append(licence("3Dmol.js 2.5.5 (BSD-3-Clause)", "3Dmol.LICENSE.txt"));
    }
    return resource("report.html")
        .replace("{{title}}", escape(title))
        .replace("{{styles}}", styles + resource("report.css"))
        .replace("{{licences}}", licences)
        .replace("{{data}}", data())
        .replace("{{scripts}}", scripts + script(resource("report.js")));
  }

  /// The page's data, with escapes so that no text ends the script element or looks like a place to
  /// be filled.
  private String data() {
    JsonObject root = new JsonObject();
    root.addProperty("title", title);
    root.addProperty("subtitle", subtitle);
    JsonArray top = new JsonArray();
    for (String[] pair : highlights) {
      JsonArray one = new JsonArray();
      one.add(pair[0]);
      one.add(pair[1]);
      top.add(one);
    }
    root.add("highlights", top);
    JsonArray parts = new JsonArray();
    sections.forEach(section -> parts.add(ReportJson.of(section)));
    root.add("sections", parts);
    return GSON.toJson(root).replace("<", "\\u003c").replace("{{", "{\\u007b");
  }

  private static String script(String code) {
    return "<script>\n" + code + "\n</script>\n";
  }

  private static String licence(String name, String file) throws IOException {
    return "<details><summary>"
        + escape(name)
        + "</summary><pre>"
        + escape(resource(file))
        + "</pre></details>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("{{", "{&#123;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("report: the resource " + name + " is not in this jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
