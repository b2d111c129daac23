package dev.bantam.runtime.config;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.protocol.TopicNames;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must hold of the topics that routes publish to: places that exist, and rights. */
final class OutputTopicChecks {

  private static final String ALLOW_LIST = "route_topics";

  private final String device;
  private final OutputTopics allowed;
  private final List<Problem> problems;

  /**
   * Checks the list of what is allowed.
   *
   * @param problems takes what is wrong
   */
  OutputTopicChecks(Section root, List<Problem> problems) {
    this.device = root.text("device").orElse("");
    this.problems = problems;
    Section mqtt = root.section("mqtt");
    List<String> filters = mqtt.texts(ALLOW_LIST).orElse(RoutesConfig.ANY_TOPIC);
    this.allowed = new OutputTopics(filters, device);
    for (String filter : filters) {
      if (!TopicNames.isFilter(filter.replace("{device}", "x"))) {
        problems.add(
            mqtt.problem(
                ALLOW_LIST, "\"%s\" is no topic filter; one is plant/#".formatted(filter)));
      }
    }
  }

  /**
   * Checks one topic of a route.
   *
   * @return the narrowest filter of what the template gives; empty if it is not there or wrong
   */
  Optional<String> check(Section route, String key, String name, List<TopicPattern> from) {
    Optional<String> text = route.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      TopicTemplate template = TopicTemplate.parse(text.get());
      places(route, key, template, from);
      String shape =
          new TopicTemplate(text.get().replace("{device}", device).replace("{route}", name))
              .shape();
      if (!allowed.allows(shape)) {
        problems.add(
            route.problem(
                key,
                "\"%s\" is not allowed; routes may publish to %s (mqtt.route_topics), not below bantam/v1 but for bantam/v1/device/{device}/route/, and not to topics with a leading $"
                    .formatted(text.get(), String.join(", ", allowed.filters()))));
      }
      return Optional.of(shape);
    } catch (IllegalArgumentException e) {
      problems.add(route.problem(key, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private void places(Section route, String key, TopicTemplate template, List<TopicPattern> from) {
    boolean json = route.text("payload").orElse("json").equals("json");
    for (String place : template.places()) {
      boolean inPayload = place.startsWith("/") || place.equals("key");
      if (inPayload && key.equals("errors_to")) {
        problems.add(
            route.problem(
                key,
                "{%s} may be what cannot be read; take {device}, {route} and levels of from"
                    .formatted(place)));
      } else if (place.startsWith("/") && !json) {
        problems.add(
            route.problem(
                key, "{%s} is a JSON Pointer, but the payload is no JSON".formatted(place)));
      } else if (!inPayload && !isOfAll(place, from)) {
        problems.add(
            route.problem(
                key,
                "{%s} is no level of each topic in from; others are {device}, {route}, {key} and {/pointer}"
                    .formatted(place)));
      }
    }
  }

  private static boolean isOfAll(String place, List<TopicPattern> from) {
    return Set.of("device", "route").contains(place)
        || (!from.isEmpty() && from.stream().allMatch(p -> p.names().contains(place)));
  }
}
