// SPDX-License-Identifier: Apache-2.0
/** Apps and the resources that they become on the host. */
@NullMarked
package dev.reconcile.app;

import org.jspecify.annotations.NullMarked;
