package dev.bantam.runtime.config;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.Section;
import dev.bantam.runtime.config.RouteConfig.Form;
import dev.bantam.runtime.config.RouteConfig.Keys;
import dev.bantam.runtime.config.RouteConfig.Output;
import dev.bantam.runtime.config.RouteConfig.Overflow;
import dev.bantam.runtime.config.RouteConfig.Payload;
import dev.bantam.runtime.config.RouteConfig.Sifting;
import dev.bantam.runtime.config.RouteConfig.Window;
import dev.bantam.runtime.config.RouteConfig.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes routes of a document that has passed all checks. */
final class RouteReader {

  private static final int USUAL_KEYS = 1_000;
  private static final int USUAL_WINDOW = 1_000;
  private static final int USUAL_QUEUE = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  /**
   * @param folder where relative paths start
   */
  RouteReader(Path folder) {
    this.folder = folder;
  }

  RoutesConfig read(Section root) {
    List<RouteConfig> routes = new ArrayList<>();
    Section all = root.section("routes");
    all.keys().forEach(name -> routes.add(route(name, all.section(name))));
    return new RoutesConfig(
        root.section("mqtt").texts("route_topics").orElse(RoutesConfig.ANY_TOPIC), routes, files);
  }

  private RouteConfig route(String name, Section route) {
    return new RouteConfig(
        name,
        route.oneOrMore("from").stream().map(TopicPattern::parse).toList(),
        payload(route),
        new Keys(route.text("key"), route.integer("keys").orElse(USUAL_KEYS)),
        new Sifting(route.text("where"), route.number("deadband"), route.duration("at_most_every")),
        route.has("window") ? Optional.of(window(route.section("window"))) : Optional.empty(),
        route.text("task").map(task -> work(task, route)),
        output(route),
        route.integer("queue").orElse(USUAL_QUEUE),
        Overflow.of(route.text("overflow").orElse(null)));
  }

  private static Payload payload(Section route) {
    Form form =
        route.text("payload").map(t -> Form.valueOf(t.toUpperCase(Locale.ROOT))).orElse(Form.JSON);
    return new Payload(form, route.text("value"), route.text("timestamp"));
  }

  private static Window window(Section window) {
    return new Window(
        window.integer("count"),
        window.duration("time"),
        window.duration("quiet"),
        window.number("change"),
        window.integer("most").orElse(USUAL_WINDOW));
  }

  private Work work(String task, Section route) {
    return new Work(
        task,
        route.text("slot"),
        route.text("prompt"),
        route.anything("parameters"),
        answerSchema(route),
        route.duration("timeout"),
        route.integer("parallel").orElse(1));
  }

  private Optional<Map<String, Object>> answerSchema(Section route) {
    if (!route.has("answer_schema")) {
      return Optional.empty();
    }
    Optional<String> file = route.text("answer_schema");
    return Optional.of(
        file.isPresent()
            ? schemaFile(folder.resolve(file.get()))
            : route.anything("answer_schema"));
  }

  private Map<String, Object> schemaFile(Path file) {
    files.add(file);
    try {
      return JSON.readValue(file.toFile(), new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("the file was read a moment ago", e);
    }
  }

  private static Output output(Section route) {
    return new Output(
        TopicTemplate.parse(route.required("to")),
        route.text("output"),
        route.integer("qos").orElse(1),
        route.flag("retain", false),
        route.text("errors_to").map(TopicTemplate::parse));
  }
}
