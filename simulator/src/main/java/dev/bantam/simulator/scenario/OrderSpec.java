package dev.bantam.simulator.scenario;

import java.util.Optional;

/**
 * Messages that must come in their order.
 *
 * @param id their name in reports
 * @param topic filter of the topics that they come on, each of which has an order of its own
 * @param by the field that must not go back
 * @param each the field that tells apart what comes on one topic, if several orders do
 */
public record OrderSpec(String id, String topic, String by, Optional<String> each) {}
