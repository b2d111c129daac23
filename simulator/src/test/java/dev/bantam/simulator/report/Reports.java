package dev.bantam.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The published schema of reports, for tests. */
public final class Reports {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Reports() {}

  /** What a report does not keep of its schema. */
  public static List<String> problems(Map<String, @Nullable Object> fields) {
    return problems(JSON.<JsonNode>valueToTree(fields));
  }

  /** Likewise, of a report that was read. */
  public static List<String> problems(JsonNode report) {
    try (InputStream in = Reports.class.getResourceAsStream(ReportFolder.SCHEMA)) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JSON.readTree(in))
          .validate(report)
          .stream()
          .map(String::valueOf)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
