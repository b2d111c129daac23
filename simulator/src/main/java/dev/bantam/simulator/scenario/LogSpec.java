package dev.bantam.simulator.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event log: lines made of templates and vocabularies.
 *
 * @param id its name
 * @param outlet how its lines are published
 * @param pace when
 * @param templates of which one is drawn for each line
 * @param words what <code>{name}</code> in a template stands for, one of them drawn each time
 */
public record LogSpec(
    String id,
    Scenario.Outlet outlet,
    Pace pace,
    List<Template> templates,
    Map<String, List<String>> words) {

  public LogSpec {
    templates = List.copyOf(templates);
    words = Map.copyOf(new LinkedHashMap<>(words));
  }

  /**
   * A kind of line.
   *
   * @param text with <code>{name}</code> for a word
   * @param weight how often it is drawn, compared with the others
   * @param label what it is called in the ground truth, if it is an anomaly
   */
  public record Template(String text, double weight, Optional<String> label) {}
}
