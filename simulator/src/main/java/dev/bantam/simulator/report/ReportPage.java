package dev.bantam.simulator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A report as one HTML page. The page carries the report as JSON, its script and its plotting
 * library, and its Content Security Policy lets nothing else in.
 */
final class ReportPage {

  private static final String FOLDER = "/dev/bantam/simulator/report/";
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z.]+)\\}\\}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportPage() {}

  /**
   * The page.
   *
   * @param report of the form of the published schema
   */
  static String of(Map<String, @Nullable Object> report) {
    PlotLibrary library = PlotLibrary.load();
    Map<String, String> parts =
        Map.of(
            "uplot.css", library.style(),
            "uplot.js", library.script(),
            "uplot.licence", library.licence(),
            "page.css", PlotLibrary.text(FOLDER + "page.css"),
            "pieces.js", PlotLibrary.text(FOLDER + "pieces.js"),
            "page.js", PlotLibrary.text(FOLDER + "page.js"),
            "report.json", json(report));
    return PLACE
        .matcher(PlotLibrary.text(FOLDER + "page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(part(parts, place.group(1))));
  }

  private static String part(Map<String, String> parts, String name) {
    String part = parts.get(name);
    if (part == null) {
      throw new IllegalStateException("the page has no part " + name);
    }
    return part;
  }

  /** JSON that ends no script and begins no comment, whatever its texts are. */
  private static String json(Map<String, @Nullable Object> report) {
    try {
      return JSON.writeValueAsString(report)
          .replace("&", "\\u0026")
          .replace("<", "\\u003c")
          .replace(">", "\\u003e");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, numbers and texts cannot fail to be JSON", e);
    }
  }
}
