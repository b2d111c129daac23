package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.mqtt.MqttEndpoint;

/** Refuses a CONNECT in the words of the client's protocol version. */
final class Rejections {

  private Rejections() {}

  static void reject(MqttEndpoint endpoint, MqttConnectReturnCode mqtt5Code) {
    endpoint.reject(EndpointLink.isV5(endpoint) ? mqtt5Code : mqtt3Code(mqtt5Code));
  }

  private static MqttConnectReturnCode mqtt3Code(MqttConnectReturnCode code) {
    if (code == MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD) {
      return MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
    }
    if (code == MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID) {
      return MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
    }
    return MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
  }
}
