"""What a station does, without any device, window, network or clock: `(state, fact) -> (state, effects)`."""
