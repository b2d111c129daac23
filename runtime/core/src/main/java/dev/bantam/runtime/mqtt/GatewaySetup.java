package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.event.DeviceEvents;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a gateway connects to MQTT.
 *
 * @param fleet the groups whose work the device shares with others
 * @param handler takes the requests, on the gateway's context
 * @param self what the device says of itself
 * @param feeds what else listens
 * @param keeping what is kept of answers and messages
 * @param wishes takes what controllers wish for slots: the slot's name and the payload, empty where
 *     a wish is taken back; on the gateway's context
 * @param events what has happened to the device, published by the gateway, which tells more of them
 */
public record GatewaySetup(
    MqttConfig config,
    Topics topics,
    List<FleetTopics> fleet,
    RequestHandler handler,
    SelfPortrait self,
    List<? extends MessageFeed> feeds,
    Keeping keeping,
    BiConsumer<String, byte[]> wishes,
    DeviceEvents events) {

  public GatewaySetup {
    fleet = List.copyOf(fleet);
    feeds = List.copyOf(feeds);
  }
}
