package dev.bantam.simulator.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether messages came in their order.
 *
 * @param id of the topics
 * @param messages that came, but for retained ones and those that the broker marks as sent before
 * @param outOfOrder of them: behind one that is later by its field
 * @param without of them: those without the field, or with one that is neither a number nor a time
 */
public record OrderReport(String id, long messages, long outOfOrder, long without) {

  /** How many messages were out of order; empty if there is one of them where none could be. */
  static Optional<Long> sum(List<OrderReport> reports) {
    boolean judged = reports.stream().allMatch(each -> each.messages > each.without);
    return judged
        ? Optional.of(reports.stream().mapToLong(OrderReport::outOfOrder).sum())
        : Optional.empty();
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("messages", messages);
    fields.put("out_of_order", outOfOrder);
    fields.put("without", without);
    return fields;
  }
}
