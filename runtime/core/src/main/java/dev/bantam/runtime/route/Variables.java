package dev.bantam.runtime.route;

import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.template.JinjaTemplate;
import dev.bantam.template.TemplateException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What templates of a route are given.
 *
 * @param config the route
 * @param device the device id
 */
record Variables(RouteConfig config, String device) {

  private static final double MILLIS = 1000;

  /** The variables of messages; {@code payload}, {@code value} and the like are the last one's. */
  Map<String, @Nullable Object> of(Batch batch) {
    RouteMessage last = batch.last();
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.putAll(last.levels());
    variables.put("levels", last.levels());
    variables.put("route", config.name());
    variables.put("device", device);
    variables.putAll(single(last));
    variables.put("count", batch.size());
    if (config.window().isPresent()) {
      variables.put("messages", batch.messages().stream().map(Variables::single).toList());
      variables.put("values", values(batch));
    }
    return variables;
  }

  private static Map<String, @Nullable Object> single(RouteMessage message) {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.put("payload", plain(message.payload()));
    variables.put("value", Double.isNaN(message.value()) ? null : (Object) message.value());
    variables.put("topic", message.topic());
    variables.put("key", message.key());
    variables.put("source_ts", message.sourceMillis() / MILLIS);
    return variables;
  }

  /** The numbers of those messages that have one. */
  static List<Double> values(Batch batch) {
    List<Double> values = new ArrayList<>();
    for (RouteMessage message : batch.messages()) {
      if (!Double.isNaN(message.value())) {
        values.add(message.value());
      }
    }
    return values;
  }

  /** Without numbers that templates do not know. */
  static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, entry) -> copy.put(String.valueOf(key), plain(entry)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(entry -> copy.add(plain(entry)));
      return copy;
    }
    return value instanceof BigInteger number ? (Object) number.doubleValue() : value;
  }

  /**
   * Renders a template.
   *
   * @param what the setting it stands in
   */
  static String render(
      JinjaTemplate template, Map<String, ? extends @Nullable Object> variables, String what)
      throws RouteFailure {
    try {
      return template.render(variables);
    } catch (TemplateException e) {
      throw new RouteFailure(
          "template", "the template in \"%s\" fails: %s".formatted(what, e.getMessage()), e);
    }
  }
}
