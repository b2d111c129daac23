package dev.bantam.runtime.config;

import dev.bantam.documents.JsonSchema;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.protocol.TopicNames;
import dev.bantam.template.Dialect;
import dev.bantam.template.JinjaTemplate;
import dev.bantam.template.TemplateException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What must hold of {@code routes} beside the schema, each by itself and all together. */
final class RouteChecks {

  /** What templates call other things than levels. */
  private static final Set<String> TAKEN =
      Set.of(
          "answer",
          "count",
          "device",
          "key",
          "label",
          "levels",
          "messages",
          "model",
          "payload",
          "route",
          "slot",
          "source_ts",
          "text",
          "topic",
          "value",
          "values");

  private static final String POINTER = "(/[^/]*)*";

  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();
  private final OutputTopicChecks outputs;
  private final List<RouteLoops.Node> nodes = new ArrayList<>();

  private RouteChecks(Section root, Path folder) {
    this.folder = folder;
    this.outputs = new OutputTopicChecks(root, problems);
  }

  /**
   * @param folder where relative paths start
   */
  static List<Problem> of(Section root, Path folder) {
    RouteChecks checks = new RouteChecks(root, folder);
    Section routes = root.section("routes");
    routes.keys().forEach(name -> checks.route(name, routes.section(name)));
    checks.loops(routes);
    return checks.problems;
  }

  private void route(String name, Section route) {
    List<TopicPattern> from = patterns(route);
    Set<String> levels = new TreeSet<>();
    from.forEach(pattern -> levels.addAll(pattern.names()));
    levels.remove("");
    levels.stream()
        .filter(TAKEN::contains)
        .forEach(
            level ->
                problems.add(
                    route.problem(
                        "from",
                        "a level cannot be called {%s}, for templates call something else so; take another name"
                            .formatted(level))));
    overlaps(route, from);
    pointers(route, levels);
    sifting(route);
    templates(route);
    work(route);
    List<String> speaks = new ArrayList<>();
    outputs.check(route, "to", name, from).ifPresent(speaks::add);
    outputs.check(route, "errors_to", name, from).ifPresent(speaks::add);
    nodes.add(new RouteLoops.Node(name, from.stream().map(TopicPattern::filter).toList(), speaks));
  }

  private List<TopicPattern> patterns(Section route) {
    List<TopicPattern> patterns = new ArrayList<>();
    for (String text : route.oneOrMore("from")) {
      try {
        patterns.add(TopicPattern.parse(text));
      } catch (IllegalArgumentException e) {
        problems.add(route.problem("from", String.valueOf(e.getMessage())));
      }
    }
    return patterns;
  }

  /** A broker may send a message once for each filter that matches. */
  private void overlaps(Section route, List<TopicPattern> from) {
    for (int i = 0; i < from.size(); i++) {
      for (int j = i + 1; j < from.size(); j++) {
        if (TopicNames.overlap(from.get(i).filter(), from.get(j).filter())) {
          problems.add(
              route.problem(
                  "from",
                  "\"%s\" and \"%s\" match the same topics; a message would be taken twice"
                      .formatted(from.get(i).text(), from.get(j).text())));
        }
      }
    }
  }

  private void pointers(Section route, Set<String> levels) {
    for (String key : List.of("value", "timestamp")) {
      route
          .text(key)
          .filter(text -> !text.matches(POINTER))
          .ifPresent(text -> problems.add(route.problem(key, noPointer(text))));
    }
    route
        .text("key")
        .filter(text -> !(text.startsWith("/") && text.matches(POINTER)) && !levels.contains(text))
        .ifPresent(
            text ->
                problems.add(
                    route.problem(
                        "key",
                        "\"%s\" is no level of from%s and no JSON Pointer such as /sensor"
                            .formatted(text, levels.isEmpty() ? "" : " (" + levels + ")"))));
    boolean json = route.text("payload").orElse("json").equals("json");
    for (String key : List.of("value", "timestamp")) {
      if (!json && route.has(key)) {
        problems.add(route.problem(key, "is for payloads in JSON only; remove it"));
      }
    }
    if (!json && route.text("key").orElse("").startsWith("/")) {
      problems.add(route.problem("key", "a JSON Pointer is for payloads in JSON only"));
    }
  }

  private static String noPointer(String text) {
    return "\"%s\" is no JSON Pointer; one is /temperature or /values/0".formatted(text);
  }

  private void sifting(Section route) {
    boolean numbers = route.has("value") || route.text("payload").orElse("json").equals("number");
    if (route.has("deadband") && !numbers) {
      problems.add(route.problem("deadband", "needs a number; add the key value, a JSON Pointer"));
    }
    Section window = route.section("window");
    if (window.has("change") && !numbers) {
      problems.add(
          window.problem(
              "change", "needs a number; add the key value to the route, a JSON Pointer"));
    }
    if (route.has("window")
        && List.of("count", "time", "quiet", "change").stream().noneMatch(window::has)) {
      problems.add(
          route.problem(
              "window", "has no end; give one of count, time, quiet, change, or several"));
    }
    if (window.has("count")
        && window.has("most")
        && window.integer("count").orElse(1) > window.integer("most").orElse(1)) {
      problems.add(window.problem("most", "is less than count"));
    }
  }

  private void templates(Section route) {
    route
        .text("where")
        .ifPresent(text -> template(route, "where", condition(text), Dialect.MEASURED));
    route.text("prompt").ifPresent(text -> template(route, "prompt", text, Dialect.PROMPT));
    route.text("output").ifPresent(text -> template(route, "output", text, Dialect.MEASURED));
    Section parameters = route.section("parameters");
    for (Map.Entry<String, Object> entry : route.anything("parameters").entrySet()) {
      if (entry.getValue() instanceof String text) {
        template(parameters, entry.getKey(), text, Dialect.PROMPT);
      }
    }
  }

  /** The expression as a template that gives something where it holds. */
  static String condition(String expression) {
    return "{% if " + expression + " %}1{% endif %}";
  }

  private void template(Section section, String key, String source, Dialect dialect) {
    try {
      JinjaTemplate.compile(source, dialect, Clock.systemUTC());
    } catch (TemplateException e) {
      String where = e.line() > 1 ? "line %d of it: ".formatted(e.line()) : "";
      problems.add(section.problem(key, where + e.reason()));
    }
  }

  private void work(Section route) {
    if (!route.has("task")) {
      for (String key :
          List.of("slot", "prompt", "parameters", "answer_schema", "timeout", "parallel")) {
        if (route.has(key)) {
          problems.add(route.problem(key, "is for routes with a task; add the key task"));
        }
      }
    }
    if (!route.has("answer_schema")) {
      return;
    }
    Optional<String> file = route.text("answer_schema");
    try {
      if (file.isPresent()) {
        JsonSchema.read(folder.resolve(file.get()).normalize());
      } else {
        JsonSchema.of(route.anything("answer_schema"));
      }
    } catch (IOException e) {
      problems.add(
          route.problem(
              "answer_schema",
              "there is no readable JSON file " + folder.resolve(file.orElse("")).normalize()));
    } catch (IllegalArgumentException e) {
      problems.add(route.problem("answer_schema", String.valueOf(e.getMessage())));
    }
  }

  private void loops(Section routes) {
    for (RouteLoops.Node node : nodes) {
      RouteLoops.through(node, nodes)
          .ifPresent(
              way ->
                  problems.add(
                      routes
                          .section(node.name())
                          .problem(
                              "to",
                              "the route would hear itself: %s; publish where it does not listen"
                                  .formatted(String.join(" -> ", way)))));
    }
  }
}
