"""Who speaks, and what is no talk: features of the sound, speech, other sounds, speakers. Pure, without downloads or trained models."""
