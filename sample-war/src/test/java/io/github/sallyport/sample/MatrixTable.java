package io.github.sallyport.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Writes the table of docs/containers.md out of the reports of the container tests: a row for each
 * server and Java that was reached. Rows of what was not reached this time stay, as an earlier run
 * wrote them: a run has one Java. One file, which the build runs as it is.
 */
public final class MatrixTable {
  private static final String BEGIN = "<!-- table -->\n";
  private static final String END = "<!-- end of table -->\n";

  private MatrixTable() {}

  /**
   * Writes it.
   *
   * @param args the folder with a folder of reports for each server, and the page
   */
  public static void main(String[] args)
      throws IOException, ParserConfigurationException, SAXException {
    Path page = Path.of(args[1]);
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    Map<String, String> lines = new TreeMap<>();
    text.substring(begin, end).lines().skip(2).forEach(line -> lines.put(key(line), line));
    reached(Path.of(args[0]))
        .forEach(
            (title, row) -> {
              String line = "| " + title + row.cells();
              lines.put(key(line), line);
            });
    String table =
        "| server | Java | tests | passed | failed | skipped |\n"
            + "| --- | --- | --- | --- | --- | --- |\n"
            + String.join("\n", lines.values())
            + "\n";
    Files.writeString(page, text.substring(0, begin) + table + text.substring(end));
  }

  /** Server and feature release of Java, by which one line takes the place of another. */
  private static String key(String line) {
    String[] cells = line.split(" \\| ", -1);
    return cells[0] + cells[1].replaceFirst("\\..*", "");
  }

  private static Map<String, Row> reached(Path folder)
      throws IOException, ParserConfigurationException, SAXException {
    Map<String, Row> rows = new TreeMap<>();
    try (Stream<Path> servers = Files.list(folder)) {
      for (Path server : servers.filter(Files::isDirectory).toList()) {
        for (Path report : reports(server)) {
          Document read =
              DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
          String title = property(read, "container.title");
          if (title.isEmpty()) continue;
          rows.computeIfAbsent(title, name -> new Row(property(read, "java.version")))
              .add(read.getDocumentElement());
        }
      }
    }
    return rows;
  }

  private static List<Path> reports(Path server) throws IOException {
    try (Stream<Path> files = Files.list(server)) {
      return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml")).toList();
    }
  }

  private static String property(Document report, String name) {
    NodeList properties = report.getElementsByTagName("property");
    for (int i = 0; i < properties.getLength(); i++) {
      if (properties.item(i) instanceof Element property
          && property.getAttribute("name").equals(name)) return property.getAttribute("value");
    }
    return "";
  }

  /** What the reports of one server add up to. */
  private static final class Row {
    private final String java;
    private int tests;
    private int failed;
    private int skipped;

    Row(String java) {
      this.java = java;
    }

    void add(Element suite) {
      tests += number(suite, "tests");
      failed += number(suite, "failures") + number(suite, "errors");
      skipped += number(suite, "skipped");
    }

    private static int number(Element suite, String attribute) {
      return Integer.parseInt(suite.getAttribute(attribute));
    }

    String cells() {
      return " | %s | %d | %d | %d | %d |"
          .formatted(java, tests, tests - failed - skipped, failed, skipped);
    }
  }
}
