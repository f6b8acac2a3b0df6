// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.CommandRunner.Result;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What etcdctl 3.4 of Debian 12 and 3.5 of Debian 13 print. */
final class EtcdFailureTest {
  private static final String NO_ANSWER =
      """
      {"level":"warn","msg":"retrying of unary invoker failed","error":"rpc error: code = \
      DeadlineExceeded desc = latest balancer error: all SubConns are in TransientFailure"}
      Error: context deadline exceeded
      """;
  private static final String CONNECTING =
      """
      INFO: 2026/11/30 03:09:08 [core]Channel Connectivity change to CONNECTING
      """;

  @Test
  void aRoleThatDoesNotAllowItIsARefusal() {
    EngineException e =
        EtcdFailure.of(
            """
            {"level":"warn","error":"rpc error: code = PermissionDenied desc = etcdserver: \
            permission denied"}
            Error: etcdserver: permission denied
            """);
    assertThat(e.failure()).isEqualTo(EngineFailure.REFUSED);
    assertThat(e.diagnostic().detail()).endsWith("Error: etcdserver: permission denied");
  }

  @Test
  void aMemberThatEndsTheConnectionRefusesTheCertificate() {
    assertThat(EtcdFailure.isUnexplained(NO_ANSWER)).isTrue();
    EngineException e =
        EtcdFailure.explained(
            CONNECTING
                + """
                INFO: [transport]transport: loopyWriter.run returning. connection error: desc = \
                "transport is closing"
                INFO: 2026/11/30 03:09:07 [core]Channel Connectivity change to TRANSIENT_FAILURE
                """
                + NO_ANSWER);
    assertThat(e.failure()).isEqualTo(EngineFailure.REFUSED);
  }

  @Test
  void soItIsWithTheLaterVersion() {
    EngineException e =
        EtcdFailure.explained(
            """
            2026/11/30 04:05:45 INFO: [core] [Channel #1]Channel Connectivity change to CONNECTING
            2026/11/30 04:05:45 WARNING: [core] [Channel #1 SubChannel #2]grpc: \
            addrConn.createTransport failed to connect to {Addr: "127.0.0.1:2379"}. Err: write tcp \
            127.0.0.1:58202->127.0.0.1:2379: write: broken pipe
            Error: context deadline exceeded
            """);
    assertThat(e.failure()).isEqualTo(EngineFailure.REFUSED);
  }

  @Test
  void aMemberThatResetsTheConnectionAtOnceIsOutOfReach() {
    EngineException e =
        EtcdFailure.explained(
            """
            2026/11/30 04:05:48 WARNING: [core] grpc: addrConn.createTransport failed to connect \
            to {Addr: "127.0.0.1:2379"}. Err: connection error: desc = "transport: Error while \
            dialing: dial tcp 127.0.0.1:2379: connect: connection reset by peer"
            Error: context deadline exceeded
            """);
    assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH);
    assertThat(e.diagnostic().detail())
        .contains("The reason: \"transport: Error while dialing: dial tcp");
  }

  @Test
  void aMemberThatIsNotThereIsOutOfReach() {
    EngineException e =
        EtcdFailure.explained(
            CONNECTING
                + """
                WARNING: [core]grpc: addrConn.createTransport failed to connect to {x}. Err: \
                connection error: desc = "transport: Error while dialing dial tcp 10.0.0.1:2379: \
                connect: connection refused". Reconnecting...
                """
                + NO_ANSWER);
    assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH);
    assertThat(e.diagnostic().detail()).contains("connection refused");
  }

  @Test
  void aMemberOfWhichThisHostDoesNotKnowTheAuthorityIsOutOfReach() {
    EngineException e =
        EtcdFailure.explained(
            CONNECTING
                + """
                WARNING: [core]grpc: addrConn.createTransport failed to connect to {x}. Err: \
                connection error: desc = "transport: authentication handshake failed: x509: \
                certificate signed by unknown authority". Reconnecting...
                """
                + NO_ANSWER);
    assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH);
    assertThat(e.diagnostic().detail()).contains("unknown authority");
  }

  @Test
  void aMemberWithoutQuorumIsOutOfReach() {
    EngineException e =
        EtcdFailure.explained(
            CONNECTING
                + "INFO: 2026/11/30 03:18:06 [core]Channel Connectivity change to READY\n"
                + NO_ANSWER);
    assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH);
    assertThat(e.diagnostic().detail()).contains("context deadline exceeded");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    EngineException e =
        EtcdFailure.of("Error: open /etc/reconcile/fleet/ca.pem: no such file or directory\n");
    assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH);
    assertThat(e.diagnostic().detail()).contains("/etc/reconcile/fleet/ca.pem");
  }

  @Test
  void aHostWithoutEtcdctlGetsTheCommandThatInstallsIt() {
    EngineException e = EtcdFailure.of(new HostException(HostFailure.COMMAND_NOT_FOUND, "no"));
    assertThat(e.failure()).isEqualTo(EngineFailure.OUT_OF_REACH);
    assertThat(e.diagnostic().command()).isEqualTo(Optional.of("apt install etcd-client"));
  }

  @Test
  void aRequestThatMeetsAChangeOfTheLeaderIsSentAgain() throws EngineException {
    Queue<Result> answers = new ArrayDeque<>();
    answers.add(new Result(1, "", "Error: etcdserver: leader changed\n"));
    answers.add(new Result(0, "{\"header\":{\"revision\":7},\"succeeded\":true}", ""));
    Engine engine =
        new EtcdctlEngine(
            _ -> answers.remove(), new EngineAddress(List.of("http://127.0.0.1:1"), "web"), "");
    assertThat(engine.read("web1").gate()).isEmpty();
    assertThat(answers).isEmpty();
  }
}
